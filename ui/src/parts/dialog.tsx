/** A window over the page: it takes the focus, gives it back, and goes with Esc. */
import { type ReactNode, useEffect, useRef } from "react";

export function Dialog({
  label,
  close,
  children,
  className = "",
}: {
  label: string;
  close: () => void;
  children: ReactNode;
  className?: string;
}) {
  const own = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    own.current?.showModal();
  }, []);
  return (
    <dialog
      ref={own}
      className={className}
      aria-label={label}
      onClose={close}
      onClick={(event) => event.target === own.current && own.current.close()}
    >
      {children}
    </dialog>
  );
}

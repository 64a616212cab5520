/** Light or dark: as the machine has it, until somebody says otherwise here. */
import { useEffect, useState } from "react";

type Theme = "light" | "dark";
const KEY = "tradelane.theme";

const wanted = (): Theme => {
  const said = new URLSearchParams(location.search).get("theme") ?? localStorage.getItem(KEY);
  if (said === "light" || said === "dark") return said;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
};

export function useTheme(): [Theme, () => void] {
  const [theme, set] = useState<Theme>(wanted);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const turn = () => {
    const next = theme === "dark" ? "light" : "dark";
    localStorage.setItem(KEY, next);
    set(next);
  };
  return [theme, turn];
}

/** One thing to choose a list by. What is chosen stands in the address. */
import { useQuery } from "@tanstack/react-query";
import { get } from "../api";

interface Choice {
  name: string;
  every: string;
  value: string;
  options: readonly (readonly [value: string, words: string])[];
  set: (name: string, value: string) => void;
}

export function Choose({ name, every, value, options, set }: Choice) {
  const known = !value || options.some(([each]) => each === value);
  return (
    <select
      className={value ? "chip chosen" : "chip"}
      aria-label={every}
      value={value}
      onChange={(event) => set(name, event.target.value)}
    >
      <option value="">{every}</option>
      {!known && <option value={value}>{value}</option>}
      {options.map(([each, words]) => (
        <option key={each} value={each}>
          {words}
        </option>
      ))}
    </select>
  );
}

type OfPartner = Pick<Choice, "value" | "set" | "every"> & { role?: string };

export function ChoosePartner({ role = "", ...rest }: OfPartner) {
  const partners = useQuery({
    queryKey: ["partners", "named"],
    queryFn: () => get("/partners", {}, { limit: 500 }),
    staleTime: 60_000,
  });
  const shown = (partners.data?.items ?? []).filter((each) => !role || each.role === role);
  return <Choose name="partner" options={shown.map((each) => [each.name, each.title || each.name])} {...rest} />;
}

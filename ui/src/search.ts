/** What has a number or a name: orders, exceptions, documents, each with why it was found. */
import { useQuery } from "@tanstack/react-query";
import { escaped, get, type SearchAnswer } from "./api";
import type { Sign } from "./parts/icon";

type Group = SearchAnswer["groups"][number];
export type Hit = Group["hits"][number];

export const GROUPS: Record<Group["kind"], { title: string; sign: Sign; place: string }> = {
  order: { title: "Orders", sign: "order", place: "/orders" },
  exception: { title: "Problems", sign: "warn", place: "/exceptions" },
  document: { title: "Documents", sign: "doc", place: "/documents" },
};

export const leadsTo = (hit: Hit): string => `${GROUPS[hit.kind].place}/${escaped(hit.key)}`;

export const useSearch = (word: string) =>
  useQuery({ queryKey: ["search", word], queryFn: () => get("/search", {}, { q: word }), enabled: word !== "" });

/** What carries a number: the order, the documents, the exceptions, each with why it was found. */
import { escaped, get, Refused, type TraceAnswer } from "./api";
import { documentType } from "./words";
import type { Sign } from "./parts/icon";

export interface Hit {
  to: string;
  sign: Sign;
  name: string;
  says: string;
  why: string;
}

/** Ask for everything about *key*; a number nobody has is no error. */
export async function search(key: string): Promise<Hit[]> {
  try {
    return hits(key, await get("/trace/{key}", { key }));
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return [];
    throw error;
  }
}

function hits(key: string, found: TraceAnswer): Hit[] {
  const orders = new Set<string>();
  for (const one of found.documents) {
    if (one.about?.startsWith("purchase_order/")) orders.add(one.about.slice(15));
  }
  const named = [...orders].map((one): Hit => ({
    to: `/orders/${escaped(one)}`,
    sign: "order",
    name: one,
    says: "Order",
    why: one === key ? "order number" : "its documents have it",
  }));
  const documents = found.documents.map((one): Hit => ({
    to: `/documents/${escaped(one.id)}`,
    sign: "doc",
    name: one.number ?? "",
    says: `${documentType(one.document_type ?? "")}, ${one.partner ?? ""}`,
    why: why(key, one),
  }));
  return [...named, ...documents].sort((a, b) => Number(b.name === key) - Number(a.name === key));
}

const why = (key: string, one: TraceAnswer["documents"][number]): string => {
  if (one.number === key) return "its number";
  if (one.interchange === key) return "interchange number";
  if (one.control === key) return "control number";
  return one.transmission === key ? "transmission" : "about the same order";
};

/** The process API: every type here is the published OpenAPI document's. */
import type { components } from "./schema.gen";

type Schemas = components["schemas"];
export type CaseRow = Schemas["CaseRow"];
export type CaseAnswer = Schemas["CaseAnswer"];
export type DocumentRow = Schemas["DocumentRow"];
export type DocumentAnswer = Schemas["DocumentAnswer"];
export type Entry = Schemas["Entry"];
export type Expected = Schemas["Expected"];
export type Finding = Schemas["Finding"];
export type LineRow = Schemas["LineRow"];
export type Me = Schemas["Me"];
export type Colleague = Schemas["Colleague"];
export type OrderRow = Schemas["OrderRow"];
export type OrderAnswer = Schemas["OrderAnswer"];
export type PartnerAnswer = Schemas["PartnerAnswer"];
export type Today = Schemas["Today"];
export type TodayProblem = Today["problems"][number];
export type Status = TodayProblem["status"];
export type TraceAnswer = Schemas["TraceAnswer"];
type Refusal = Schemas["Problem"];

export interface Page<Row> {
  items: Row[];
  next?: string;
}

/** What the server says when it does not do as asked: in its own words, for people. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Refusal | null,
  ) {
    super(problem ? sentence(problem) : "The server cannot be reached.");
  }
}

function sentence(problem: Refusal): string {
  const told = (problem.findings ?? []).map((one) => `${one.says} ${one.fix}`.trim());
  return told.join(" ") || problem.title;
}

let word = "";

/** Keep the session's word, which goes along with every change. */
export function remember(said: string): void {
  word = said;
}

export async function get<T>(path: string, query: Record<string, string | number> = {}): Promise<T> {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== "") asked.set(name, String(value));
  const search = asked.size ? `?${asked}` : "";
  return ask<T>("GET", `/process/v1${path}${search}`);
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  return ask<T>("POST", `/process/v1${path}`, body);
}

/** A key by chance. Browsers offer UUIDs only over HTTPS or on the machine itself; this is everywhere. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Ask the server; a change carries the session's word and a key, so that sent twice it is done once. */
export async function ask<T>(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> =
    method === "GET" ? {} : { "idempotency-key": newKey(), "x-csrf-token": word };
  if (body !== undefined) headers["content-type"] = "application/json";
  const sent = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const response = await answered(await fetch(path, sent));
  return (response.status === 204 ? undefined : response.json()) as T;
}

async function answered(response: Response): Promise<Response> {
  if (response.ok) return response;
  const told = response.headers.get("content-type")?.includes("json");
  throw new Refused(response.status, told ? ((await response.json()) as Refusal) : null);
}

/** A number as it stands in our addresses: a slash is written ~1, a tilde ~0 (as in JSON pointers). */
export function escaped(key: string): string {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
}

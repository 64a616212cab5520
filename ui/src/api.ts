/** The process API: every type here is the published OpenAPI document's. */
import type { components, paths } from "./schema.gen";

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
export type SearchAnswer = Schemas["SearchAnswer"];
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

type Method = "get" | "post" | "delete";
type Short<Path> = Path extends `/process/v1${infer Rest}` ? Rest : Path extends "/session" ? Path : never;
type Full<Path extends string> = Path extends "/session" ? Path : `/process/v1${Path}`;
/** The addresses of the published document at which something can be read, sent or taken away. */
type At<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? Short<P> : never }[keyof paths];
type Operation<P extends string, M extends Method> = Full<P> extends keyof paths ? paths[Full<P>][M] : never;
type Named<Op> = Op extends { parameters: { path: infer Names } } ? { [Name in keyof Names]: string } : NoNames;
type Query<Op> = Op extends { parameters: { query?: infer Asked } } ? Asked : never;
type Sent<Op> = Op extends { requestBody: { content: { "application/json": infer Body } } } ? Body : undefined;
type Told<Op> = Op extends { responses: { 200: { content: { "application/json": infer Answer } } } } ? Answer : unknown;
type NoNames = Record<string, never>;

/** Read what stands at an address of the published document; what comes back has the type that stands there. */
export function get<P extends At<"get">>(
  path: P,
  names: Named<Operation<P, "get">>,
  query?: Query<Operation<P, "get">>,
): Promise<Told<Operation<P, "get">>> {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== "") asked.set(name, String(value));
  return ask("GET", `${address(path, names)}${asked.size ? `?${asked}` : ""}`);
}

/** Ask for a change. With the same *key*, sent twice it is done once; without, each call is a change of its own. */
export function post<P extends At<"post">>(
  path: P,
  names: Named<Operation<P, "post">>,
  body: Sent<Operation<P, "post">>,
  key: string = newKey(),
): Promise<Told<Operation<P, "post">>> {
  return ask("POST", address(path, names), body, key);
}

/** A key by chance. Browsers offer UUIDs only over HTTPS or on the machine itself; this is everywhere. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const signOut = (): Promise<void> => ask("DELETE", address("/session", {}), undefined, newKey());

function address(path: string, names: Record<string, string>): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => escaped(names[name] ?? ""));
  return path === "/session" ? path : `/process/v1${filled}`;
}

/** The one place where an answer gets its type unseen: `get` and `post` take it from the published document. */
export async function ask<T>(method: "GET" | "POST" | "DELETE", path: string, body?: unknown, key = ""): Promise<T> {
  const headers: Record<string, string> = method === "GET" ? {} : { "idempotency-key": key, "x-csrf-token": word };
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

/** The words and figures people read: times in their own zone, money and units with separators, names of states. */
import glossary from "../../contracts/glossary.json";
import type { Status } from "./api";
import { houseNow } from "./clock";

const LOCALE = "en-GB";
const DAY = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });
const DAY_YEAR = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });
const CLOCK = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const FULL = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "long" });
const UNITS = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });
const MONEY = new Intl.NumberFormat("en", { minimumFractionDigits: 0, maximumFractionDigits: 0 });

export const STATUS_WORDS: Record<Status, string> = {
  awaiting: "Awaiting",
  late: "Late",
  short: "Short",
  unmatched: "Unmatched",
  refused: "Refused",
  stopped: "Stopped",
};

export const ORDER_WORDS: Record<string, string> = glossary.order_states;
export const DOCUMENT_WORDS: Record<string, string> = glossary.documents;
export const OUTCOME_WORDS = glossary.document_states;

const SHORT_NAMES = new Set(["edi", "erp", "http", "sftp", "as2"]);

export const plain = (key: string): string => {
  const said = key.replaceAll("_", " ");
  if (SHORT_NAMES.has(said)) return said.toUpperCase();
  return said.charAt(0).toUpperCase() + said.slice(1);
};
export const orderState = (state: string): string => ORDER_WORDS[state] ?? plain(state);
export const documentType = (type: string): string => DOCUMENT_WORDS[type] ?? plain(type || "unknown");

export const units = (said: string | number): string => UNITS.format(Number(said));
export const money = (said: string | number): string => MONEY.format(Number(said));

export const day = (said: string): string => {
  const at = new Date(said.length === 10 ? `${said}T12:00:00` : said);
  return (at.getFullYear() === new Date().getFullYear() ? DAY : DAY_YEAR).format(at);
};

export const moment = (said: string, now = houseNow()): string => {
  const at = new Date(said);
  return at.toDateString() === now.toDateString() ? `today ${CLOCK.format(at)}` : `${day(said)} ${CLOCK.format(at)}`;
};

/** A sentence of the server's with its days as the reader writes them. */
export const told = (sentence: string): string => sentence.replace(/\b\d{4}-\d{2}-\d{2}\b/g, day);

/** A time in full: where the reader is, where the house keeps it, and as it was written if that was elsewhere. */
export const momentInFull = (said: string): string => {
  const at = new Date(said);
  const written = /([+-]\d{2}:\d{2})$/.exec(said)?.[1];
  const there =
    written && written !== "+00:00" ? `; as sent: ${said.slice(0, 16).replace("T", " ")} UTC${written}` : "";
  return `${FULL.format(at)}; ${at.toISOString().slice(0, 16).replace("T", " ")} UTC${there}`;
};

/** How long until then, as people say it: "1 h 18 min", "3 d 4 h", "5 h over". */
export const left = (until: string, now: Date): string => {
  const minutes = Math.round((new Date(until).getTime() - now.getTime()) / 60_000);
  const size = Math.abs(minutes);
  const [days, hours] = [Math.floor(size / 1440), Math.floor(size / 60)];
  const said = days > 0 ? `${days} d ${hours % 24} h` : hours > 0 ? `${hours} h ${size % 60} min` : `${size} min`;
  return minutes < 0 ? `${said} over` : said;
};

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${units(count)} ${count === 1 ? one : many}`;

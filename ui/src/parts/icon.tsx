/** Our own signs, 16 by 16. They stand beside a word, so readers of the screen pass over them. */
import type { Status } from "../api";

const PATHS = {
  today: "M2.5 4h1.6M2.5 8h1.6M2.5 12h1.6M7 4h6.5M7 8h6.5M7 12h4",
  order: "M8 1.8 13.8 5v6L8 14.2 2.2 11V5zM2.2 5 8 8.2 13.8 5M8 8.2v6",
  doc: "M3.8 1.8h5.4l3.2 3.3v9.1H3.8zM9 1.8v3.5h3.4M6 8.6h4.3M6 11.2h2.8",
  partner:
    "M6.4 8a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0zM13.8 3.9a1.8 1.8 0 1 1-3.6 0 1.8 1.8 0 0 1 3.6 0zM13.8 12.1a1.8 1.8 0 1 1-3.6 0 1.8 1.8 0 0 1 3.6 0zM6.2 7 10.4 4.8M6.2 9l4.2 2.2",
  search: "M11.4 7a4.4 4.4 0 1 1-8.8 0 4.4 4.4 0 0 1 8.8 0zM10.4 10.4l3.2 3.2",
  tour: "M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0zM6.6 5.3 10.9 8l-4.3 2.7z",
  late: "M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0zM8 4.4V8l2.4 1.8",
  short: "M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0zM8 1.8v12.4M6 2.4v11.2M4 3.4v9.2",
  unmatched: "M2.6 6h10.8M2.6 10h10.8M10.6 2.6 5.4 13.4",
  refused: "M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0zM3.8 12.2l8.4-8.4",
  stopped: "M5.3 1.9h5.4l3.4 3.4v5.4l-3.4 3.4H5.3l-3.4-3.4V5.3zM5.4 8h5.2",
  ok: "M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0zM5.4 8.2l1.9 1.9 3.4-3.9",
  lock: "M3.4 7.2h9.2v6.4H3.4zM5.4 7.2V5a2.6 2.6 0 0 1 5.2 0v2.2M8 9.8v1.4",
  warn: "M8 2 14.6 13.6H1.4zM8 6.4v3.2M8 11.6v.1",
  chev: "m6 3.6 4.4 4.4L6 12.4",
  x: "m4 4 8 8M12 4l-8 8",
  user: "M10.8 5.2a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0zM2.6 14c.5-3 2.7-4.4 5.4-4.4s4.9 1.4 5.4 4.4",
  save: "M8 2v8M4.8 7 8 10.2 11.2 7M2.4 13.8h11.2",
  sun: "M10.8 8a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0zM8 1.4v1.4M8 13.2v1.4M1.4 8h1.4M13.2 8h1.4M3.3 3.3l1 1M11.7 11.7l1 1M3.3 12.7l1-1M11.7 4.3l1-1",
  send: "M14 2 1.8 6.8l5 2.4 2.4 5z",
  bell: "M3.4 11.6h9.2l-1.2-2V6.8a3.4 3.4 0 0 0-6.8 0v2.8zM6.8 13.8h2.4",
  phone:
    "M3.2 2.4h2.6l1.2 3-1.6 1.2a8 8 0 0 0 4 4l1.2-1.6 3 1.2v2.6c0 .5-.4.9-.9.9A10.8 10.8 0 0 1 2.3 3.3c0-.5.4-.9.9-.9z",
  snooze: "M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7z",
  edit: "m2.4 13.6.6-3 8-8 2.4 2.4-8 8z",
  power: "M8 1.8v5.4M4.6 4a5.6 5.6 0 1 0 6.8 0",
  hour: "M4 2.2h8M4 13.8h8M4.8 2.2v2.2L8 8l3.2-3.6V2.2M4.8 13.8v-2.2L8 8l3.2 3.6v2.2",
  erp: "M13.4 3.9c0 1.2-2.4 2.1-5.4 2.1s-5.4-.9-5.4-2.1S5 1.8 8 1.8s5.4.9 5.4 2.1M2.6 3.9v8.2c0 1.2 2.4 2.1 5.4 2.1s5.4-.9 5.4-2.1V3.9",
  supplier: "M1.8 13.8V6.2l4 2.4V6.2l4 2.4V2.6h4.4v11.2zM5 11.2h1.6M9 11.2h1.6",
  wh: "M1.8 13.8V5.6L8 2.2l6.2 3.4v8.2M4.6 13.8V8.2h6.8v5.6M4.6 11h6.8",
} as const;

export type Sign = keyof typeof PATHS | "awaiting";

const DASHED = { strokeDasharray: "2.2 2.68" };

export function Icon({ name, small = false }: { name: Sign; small?: boolean }) {
  const ring = name === "awaiting";
  const path = ring ? "M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0z" : PATHS[name];
  return (
    <svg className={small ? "i i14" : "i"} viewBox="0 0 16 16" aria-hidden="true">
      <path d={path} style={ring ? DASHED : undefined} />
    </svg>
  );
}

export const TONE: Record<Status, string> = {
  awaiting: "muted",
  late: "warn",
  short: "warn",
  unmatched: "warn",
  refused: "bad",
  stopped: "bad",
};

/**
 * How numbers, times and addresses read.
 */

const LOCALE = "en";
const whole = new Intl.NumberFormat(LOCALE);
const hourMinute = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const toTheSecond = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const dayAndMonth = new Intl.DateTimeFormat(LOCALE, { weekday: "long", day: "numeric", month: "long" });
const exact = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
});

/** 12,345 */
export const count = (number) => whole.format(number);

/** "1 message", "2 messages" */
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** 18:04 */
export const clock = (at) => hourMinute.format(new Date(at));

/** 18:04:11 */
export const clockToTheSecond = (at) => toTheSecond.format(new Date(at));

/** Monday, 3 March */
export const day = (at) => dayAndMonth.format(new Date(at));

/** 3 Mar 2026, 18:04:11.250 */
export const precisely = (at) => exact.format(new Date(at));

/** 912 B, 12.3 kB, 4.5 MB */
export function bytes(number) {
  if (number < 1000) return `${number} B`;
  return number < 1_000_000 ? `${(number / 1000).toFixed(1)} kB` : `${(number / 1_000_000).toFixed(1)} MB`;
}

/** 0.4 ms, 12 ms, 3.2 s */
export function milliseconds(number) {
  if (number < 0.05) return "< 0.1 ms";
  if (number >= 1000) return `${(number / 1000).toFixed(1)} s`;
  return `${number < 10 ? number.toFixed(1) : Math.round(number)} ms`;
}

/** "now", "4m ago", "2h ago", "3d ago", as phones write it. */
export function ago(at, now = Date.now()) {
  const minutes = Math.floor((now - new Date(at).getTime()) / 60_000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes}m ago`;
  return minutes < 1440 ? `${Math.floor(minutes / 60)}h ago` : `${Math.floor(minutes / 1440)}d ago`;
}

/** "delivery_status" and "DeliveryStatus" become "Delivery status". */
export function words(name) {
  const spaced = name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
    .replace(/[_.-]+/g, " ")
    .trim()
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** A value of a property in one line. */
export const inOneLine = (value) => (typeof value === "string" ? value : JSON.stringify(value));

const RUNNING_SCHEMES = new Set([
  "javascript:",
  "data:",
  "vbscript:",
  "blob:",
  "file:",
  "filesystem:",
  "about:",
  "view-source:",
]);

/**
 * What a landing link is: `web` may be opened, `app` belongs to an app and is only shown, `unsafe` could run
 * something in a browser and is only shown with a warning, `text` is no address at all.
 */
export function kindOfLink(address) {
  let scheme;
  try {
    scheme = new URL(address).protocol;
  } catch {
    return "text";
  }
  if (scheme === "http:" || scheme === "https:") return "web";
  return RUNNING_SCHEMES.has(scheme) ? "unsafe" : "app";
}

/** The host of a web address; the address itself where it has none. */
export function hostOf(address) {
  try {
    return new URL(address).host || address;
  } catch {
    return address;
  }
}

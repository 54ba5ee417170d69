/**
 * The parts that details are made of.
 */

import { copyable } from "./copying.js";
import { h, icon, text } from "./dom.js";
import { inOneLine, kindOfLink, precisely } from "./format.js";

const IDENTIFIER = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Facts as a list of names and values; those without a value are left out. */
export function facts(entries) {
  const given = entries.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return h(
    "dl",
    { class: "facts" },
    given.map(([name, value]) => h("div", { class: "fact" }, h("dt", {}, name), h("dd", {}, value))),
  );
}

/** A part of the details under a heading of its own. */
export function section(title, ...content) {
  return h("section", { class: "details-section" }, h("h3", {}, title), content);
}

/** A property map as facts. */
export function properties(map) {
  const entries = Object.entries(map);
  if (entries.length === 0) return h("p", { class: "details-note" }, "None.");
  return facts(
    entries.map(([name, value]) => [
      text("span", "property-name", name),
      text("span", "property-value", inOneLine(value) ?? "null"),
    ]),
  );
}

/** A time to the millisecond. */
export const moment = (at) => h("time", { datetime: at }, precisely(at));

/** A landing link: web addresses open, others are only shown, and what could run in a browser is called so. */
export function landingLink(address) {
  const kind = kindOfLink(address);
  if (kind === "web") {
    const attributes = {
      class: "landing-link",
      href: address,
      target: "_blank",
      rel: "noopener noreferrer",
      dir: "ltr",
    };
    return h("a", attributes, h("span", {}, address), icon("external"));
  }
  const warning =
    kind === "unsafe" && h("span", { class: "tag bad" }, icon("fault"), "not a link that an app opens");
  return h("span", { class: "landing-text" }, copyable(address, "landing link"), warning);
}

/** A way to another tab. */
export function goTo(context, label, tab, id) {
  return h(
    "button",
    { type: "button", class: "go-to", on: { click: () => context.router.go(tab, id) } },
    h("span", { class: IDENTIFIER.test(label) ? "identifier" : "", dir: "auto" }, label),
    icon("chevron"),
  );
}

/** Whether a delivery arrived. */
export function deliveryTag(message) {
  return message.status === "sent"
    ? tag("good", "check", "Delivered")
    : tag("bad", "bell-off", "Not delivered");
}

/** A small coloured word: good, bad, warn or plain. */
export function tag(kind, symbol, label) {
  return h("span", { class: `tag ${kind}` }, symbol && icon(symbol), label);
}

/** The HTTP status of an answer as a tag; no status means that the connection was cut. */
export function statusTag(status) {
  if (status === null) return tag("bad", "cut", "cut");
  const kind = status < 400 ? "good" : status === 429 ? "warn" : "bad";
  return tag(kind, null, String(status));
}

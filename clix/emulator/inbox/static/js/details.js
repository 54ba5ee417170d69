/**
 * The parts that details are made of: facts, JSON, what can be copied, a request with its answer.
 */

import * as api from "./api.js";
import { button, h, icon, text } from "./dom.js";
import { bytes, inOneLine, kindOfLink, precisely } from "./format.js";

const MOST_COLOURED = 20_000;
const IDENTIFIER = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

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

/** A value that people paste elsewhere: shown whole, copied with a click. */
export function copyable(value, name = "value") {
  const label = h("span", { class: "copyable-text", dir: "auto" }, value);
  const element = h(
    "button",
    { type: "button", class: "copyable", "aria-label": `Copy the ${name} ${value}`, title: "Copy", on: { click: () => copy(value, element) } },
    label,
    icon("copy", "when-idle"),
    icon("check", "when-copied"),
  );
  return element;
}

/** Code to copy, with what it is called. */
export function snippet(title, code) {
  const copyButton = button("Copy", { symbol: "copy", kind: "small", onClick: () => copy(code, copyButton) });
  copyButton.setAttribute("aria-label", `Copy: ${title}`);
  return h(
    "figure",
    { class: "snippet" },
    h("figcaption", {}, h("span", {}, title), copyButton),
    h("pre", { tabindex: 0, "aria-label": title }, h("code", {}, code)),
  );
}

/** Puts a text on the clipboard, and says so on the element for a moment. */
export async function copy(value, element) {
  try {
    await navigator.clipboard.writeText(value);
  } catch {
    copyBySelection(value);
  }
  element.classList.add("is-copied");
  setTimeout(() => element.classList.remove("is-copied"), 1_400);
}

/** JSON, indented and coloured; text that is not JSON as it is. */
export function json(value, label) {
  const source = typeof value === "string" ? indented(value) : JSON.stringify(value, null, 2);
  return h("pre", { class: "json", tabindex: 0, "aria-label": label, dir: "ltr" }, h("code", {}, coloured(source)));
}

/** A landing link: web addresses open, others are only shown, and what could run in a browser is called so. */
export function landingLink(address) {
  const kind = kindOfLink(address);
  if (kind === "web") {
    const attributes = { class: "landing-link", href: address, target: "_blank", rel: "noopener noreferrer", dir: "ltr" };
    return h("a", attributes, h("span", {}, address), icon("external"));
  }
  const warning = kind === "unsafe" && h("span", { class: "tag bad" }, icon("fault"), "not a link that an app opens");
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
  return message.status === "sent" ? tag("good", "check", "Delivered") : tag("bad", "bell-off", "Not delivered");
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

/** The request with an id and its answer, as they went over the wire; fetched when it is unfolded. */
export function exchange(requestId) {
  const host = h("div", { class: "exchange" }, h("p", { class: "details-note" }, "Loading …"));
  const element = h("details", { class: "fold" }, h("summary", {}, icon("chevron"), "Request and answer"), host);
  element.addEventListener("toggle", () => element.open && loadExchange(requestId, host), { once: true });
  return element;
}

/** A request and its answer. */
export function rawExchange(request) {
  const answer = request.status === null ? "No answer: the connection was cut" : `${request.status}`;
  return [
    wireBlock("Request", `${request.method} ${request.path}`, requestHeaders(request), request.request_body, request.request_bytes),
    wireBlock("Answer", answer, answerHeaders(request), request.answer_body, request.answer_bytes),
  ];
}

function answerHeaders(request) {
  if (request.status === null) return [];
  const rate =
    request.rate_limit === null
      ? []
      : [
          ["x-ratelimit-limit", request.rate_limit],
          ["x-ratelimit-remaining", request.rate_remaining],
        ];
  return [["x-request-id", request.request_id], ...rate];
}

/** A time to the millisecond. */
export const moment = (at) => h("time", { datetime: at }, precisely(at));

/** A record as `/_emulator/` tells it. */
export const asJson = (record) =>
  h("details", { class: "fold" }, h("summary", {}, icon("chevron"), "As JSON"), json(record, "The record as JSON"));

/** A property map as facts. */
export function properties(map) {
  const entries = Object.entries(map);
  if (entries.length === 0) return h("p", { class: "details-note" }, "None.");
  return facts(entries.map(([name, value]) => [text("span", "property-name", name), text("span", "property-value", inOneLine(value) ?? "null")]));
}

async function loadExchange(requestId, host) {
  try {
    const request = await api.request(requestId);
    const content = request ? rawExchange(request) : [h("p", { class: "details-note" }, "The emulator no longer remembers this request.")];
    host.replaceChildren(...content);
  } catch (error) {
    host.replaceChildren(h("p", { class: "details-note" }, error.message));
  }
}

function requestHeaders(request) {
  return [
    ["x-clix-project-id", request.project_id],
    ["user-agent", request.user_agent],
  ].filter(([, value]) => value);
}

function wireBlock(title, firstLine, headers, body, length) {
  const shown = new TextEncoder().encode(body).length;
  const head = [h("strong", {}, firstLine), ...headers.map(([name, value]) => `\n${name}: ${value}`)];
  return h(
    "section",
    { class: "wire" },
    h("h4", {}, title, h("span", { class: "wire-size" }, bytes(length))),
    h("pre", { class: "wire-head", tabindex: 0, "aria-label": `${title}, first line and headers`, dir: "ltr" }, head),
    body ? json(body, `${title}, body`) : h("p", { class: "details-note" }, "No body."),
    shown < length && h("p", { class: "details-note" }, `The first ${bytes(shown)} of ${bytes(length)}.`),
  );
}

function indented(source) {
  try {
    return JSON.stringify(JSON.parse(source), null, 2);
  } catch {
    return source;
  }
}

function coloured(source) {
  if (source.length > MOST_COLOURED) return [source];
  const parts = [];
  let position = 0;
  for (const match of source.matchAll(TOKENS)) {
    const [whole, string, colon, word] = match;
    parts.push(source.slice(position, match.index));
    const kind = string ? (colon ? "name" : "string") : word ? "word" : "number";
    parts.push(h("span", { class: `json-${kind}` }, string ?? whole), colon ?? "");
    position = match.index + whole.length;
  }
  parts.push(source.slice(position));
  return parts;
}

/** For browsers that hide the clipboard from pages without TLS. */
function copyBySelection(value) {
  const field = h("textarea", { class: "visually-hidden" });
  field.value = value;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

/**
 * JSON as people read it.
 */

import { h, icon } from "./dom.js";

const MOST_COLOURED = 20_000;
const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

/** JSON, indented and coloured; text that is not JSON as it is. */
export function json(value, label) {
  const source = typeof value === "string" ? indented(value) : JSON.stringify(value, null, 2);
  return h(
    "pre",
    { class: "json", tabindex: 0, "aria-label": label, dir: "ltr" },
    h("code", {}, coloured(source)),
  );
}

/** A record as `/_emulator/` tells it. */
export const asJson = (record) =>
  h(
    "details",
    { class: "fold" },
    h("summary", {}, icon("chevron"), "As JSON"),
    json(record, "The record as JSON"),
  );

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

/**
 * A request and its answer, as they went over the wire.
 */

import * as api from "./api.js";
import { h, icon } from "./dom.js";
import { bytes } from "./format.js";
import { json } from "./json.js";

/** The request with an id and its answer, as they went over the wire; fetched when it is unfolded. */
export function exchange(requestId) {
  const host = h("div", { class: "exchange" }, h("p", { class: "details-note" }, "Loading …"));
  const element = h(
    "details",
    { class: "fold" },
    h("summary", {}, icon("chevron"), "Request and answer"),
    host,
  );
  element.addEventListener("toggle", () => element.open && loadExchange(requestId, host), { once: true });
  return element;
}

/** A request and its answer. */
export function rawExchange(request) {
  const answer = request.status === null ? "No answer: the connection was cut" : `${request.status}`;
  return [
    wireBlock(
      "Request",
      `${request.method} ${request.path}`,
      requestHeaders(request),
      request.request_body,
      request.request_bytes,
    ),
    wireBlock("Answer", answer, answerHeaders(request), request.answer_body, request.answer_bytes),
  ];
}

async function loadExchange(requestId, host) {
  try {
    const request = await api.request(requestId);
    const content = request
      ? rawExchange(request)
      : [h("p", { class: "details-note" }, "The emulator no longer remembers this request.")];
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

function wireBlock(title, firstLine, headers, body, length) {
  const shown = new TextEncoder().encode(body).length;
  const head = [h("strong", {}, firstLine), ...headers.map(([name, value]) => `\n${name}: ${value}`)];
  return h(
    "section",
    { class: "wire" },
    h("h4", {}, title, h("span", { class: "wire-size" }, bytes(length))),
    h(
      "pre",
      { class: "wire-head", tabindex: 0, "aria-label": `${title}, first line and headers`, dir: "ltr" },
      head,
    ),
    body ? json(body, `${title}, body`) : h("p", { class: "details-note" }, "No body."),
    shown < length && h("p", { class: "details-note" }, `The first ${bytes(shown)} of ${bytes(length)}.`),
  );
}

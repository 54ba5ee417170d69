/**
 * The tab "Requests": every request to the API with its answer, and how close they come to the limit.
 */

import * as api from "../api.js";
import { copyable } from "../copying.js";
import { facts, moment, section, statusTag, tag } from "../details.js";
import { button, h, text } from "../dom.js";
import { rawExchange } from "../exchange.js";
import { bytes, clockToTheSecond, count, milliseconds } from "../format.js";
import { requestsHelp } from "../help.js";
import { asJson } from "../json.js";
import { RatePlot } from "../rate-plot.js";
import { RecordsView } from "../records-view.js";

export function requestsView(context) {
  const { requests, stats } = context.store;
  const plot = new RatePlot();
  const draw = () => stats.value && plot.show(stats.value, requests.newest);
  stats.onChange(draw);
  return new RecordsView(context, {
    tab: "requests",
    title: "Requests",
    noun: "request",
    detailsTitle: "Request",
    className: "requests wide-rows",
    source: requests,
    key: (request) => request.request_id,
    filters: [
      { label: "All" },
      { label: "2xx", test: (request) => request.status >= 200 && request.status < 300 },
      { label: "4xx", test: (request) => request.status >= 400 && request.status < 500 },
      { label: "429", test: (request) => request.status === 429 },
      { label: "5xx", test: (request) => request.status >= 500 },
      { label: "Faults", test: (request) => request.fault !== null },
    ],
    texts: (request) => [
      request.method,
      request.path,
      request.operation,
      String(request.status ?? "cut"),
      request.request_id,
      request.user_agent,
      request.project_id,
      request.fault,
      request.request_body,
      request.answer_body,
    ],
    row: requestRow,
    describe: (request) =>
      `${request.method} ${request.path}, ${request.status ?? "connection cut"}, ${milliseconds(request.elapsed_ms)}, ${clockToTheSecond(request.at)}`,
    details: (request) => requestDetails(context, request),
    empty: () => requestsHelp(context),
    header: plot.element,
    columns: ["Status", "Method", "Path", "Fault", "Left in the bucket", "Took", "Time"],
    onUpdate: draw,
  });
}

function requestRow(request) {
  return [
    h("span", { class: "cell status" }, statusTag(request.status)),
    h("span", { class: "cell method mono" }, request.method),
    text("span", "cell path mono", request.path),
    h("span", { class: "cell fault" }, request.fault && tag("warn", "fault", request.fault)),
    h("span", { class: "cell bucket" }, bucket(request)),
    h("span", { class: "cell took" }, milliseconds(request.elapsed_ms)),
    h("time", { class: "cell when", datetime: request.at }, clockToTheSecond(request.at)),
  ];
}

/** How full the bucket was after the request. */
function bucket({ rate_limit: limit, rate_remaining: remaining }) {
  if (limit === null) return "";
  const fill = h("span", { class: `meter-fill ${remaining < limit / 10 ? "low" : ""}` });
  fill.style.width = `${(remaining / limit) * 100}%`;
  return [
    h("span", { class: "meter", "aria-hidden": "true" }, fill),
    h("span", { class: "meter-number" }, count(remaining)),
  ];
}

function requestDetails(context, request) {
  const rate =
    request.rate_limit === null
      ? null
      : `${count(request.rate_remaining)} of ${count(request.rate_limit)} left`;
  return [
    h(
      "div",
      { class: "details-lead" },
      statusTag(request.status),
      request.fault && tag("warn", "fault", request.fault),
      text("p", "details-title mono", `${request.method} ${request.path}`),
    ),
    facts([
      ["Operation", request.operation ?? "unknown path or method"],
      ["Time", moment(request.at)],
      ["Took", milliseconds(request.elapsed_ms)],
      ["Rate limit", rate],
      ["Sizes", `${bytes(request.request_bytes)} in, ${bytes(request.answer_bytes)} out`],
      ["Project", text("span", "", request.project_id)],
      ["User agent", text("span", "", request.user_agent)],
      ["Request id", copyable(request.request_id, "request id")],
    ]),
    h(
      "div",
      { class: "details-actions" },
      button("Its messages", { symbol: "search", onClick: () => context.searchInbox(request.request_id) }),
    ),
    section("On the wire", wire(request)),
    asJson(request),
  ];
}

/** What the list knows of the bodies at once, and more of them when it came. */
function wire(request) {
  const host = h("div", { class: "exchange" }, rawExchange(request));
  api
    .request(request.request_id)
    .then((whole) => whole && host.replaceChildren(...rawExchange(whole)))
    .catch(() => {});
  return host;
}

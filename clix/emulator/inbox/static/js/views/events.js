/**
 * The tab "Events".
 */

import { copyable } from "../copying.js";
import { facts, goTo, moment, properties, section } from "../details.js";
import { h, icon, text } from "../dom.js";
import { exchange } from "../exchange.js";
import { clockToTheSecond, inOneLine } from "../format.js";
import { eventsHelp } from "../help.js";
import { asJson } from "../json.js";
import { RecordsView } from "../records-view.js";

export function eventsView(context) {
  return new RecordsView(context, {
    tab: "events",
    title: "Events",
    noun: "event",
    detailsTitle: "Event",
    className: "events",
    source: context.store.events,
    key: (event) => event.event_id,
    texts: (event) => [
      event.name,
      event.device_id,
      event.project_user_id,
      event.user_id,
      event.source_type,
      JSON.stringify(event.event_property),
    ],
    row: eventRow,
    describe: (event) =>
      `${event.name}, ${event.project_user_id ?? event.device_id}, ${clockToTheSecond(event.at)}`,
    details: (event) => eventDetails(context, event),
    empty: () => eventsHelp(context),
    columns: ["Event", "Properties", "User", "Time"],
  });
}

const customProperties = (event) => event.event_property.custom_properties ?? {};

function eventRow(event) {
  const second = Object.entries(customProperties(event)).map(
    ([name, value]) => `${name}: ${inOneLine(value)}`,
  );
  return [
    h("span", { class: "row-mark" }, icon("event")),
    h(
      "span",
      { class: "row-text" },
      h(
        "span",
        { class: "row-line" },
        text("span", "row-first mono", event.name),
        h("time", { class: "row-time", datetime: event.at }, clockToTheSecond(event.at)),
      ),
      h(
        "span",
        { class: "row-line" },
        text("span", "row-second", second.join(" · ") || "No properties"),
        text("span", "row-user", event.project_user_id ?? event.device_id),
      ),
    ),
  ];
}

function eventDetails(context, event) {
  const {
    message_id: messageId,
    user_journey_id: journey,
    user_journey_node_id: node,
  } = event.event_property;
  return [
    h("div", { class: "details-lead" }, text("p", "details-title mono", event.name)),
    facts([
      ["Time", moment(event.at)],
      [
        "User",
        event.user_id && goTo(context, event.project_user_id ?? "Not named yet", "users", event.user_id),
      ],
      ["Device", goTo(context, event.device_id, "devices", event.device_id)],
      ["Message", typeof messageId === "string" && messageId && goTo(context, messageId, "inbox", messageId)],
      ["Journey", journey && `${inOneLine(journey)} · ${inOneLine(node ?? "")}`],
      ["Source", event.source_type],
      ["Event id", copyable(event.event_id, "event id")],
      ["Request", goTo(context, event.request_id, "requests", event.request_id)],
    ]),
    section("Properties", properties(customProperties(event))),
    exchange(event.request_id),
    asJson(event),
  ];
}

/**
 * The tab "Devices".
 */

import { copyable } from "../copying.js";
import { facts, goTo, moment, section, tag } from "../details.js";
import { button, h, icon, text } from "../dom.js";
import { words } from "../format.js";
import { devicesHelp } from "../help.js";
import { asJson } from "../json.js";
import { LOOK_NAMES, lookOf, systemOf } from "../looks.js";
import { RecordsView } from "../records-view.js";

export function devicesView(context) {
  return new RecordsView(context, {
    tab: "devices",
    title: "Devices",
    noun: "device",
    detailsTitle: "Device",
    className: "devices",
    source: context.store.devices,
    key: (device) => device.id,
    filters: [
      { label: "All" },
      { label: "iOS", test: (device) => device.fields.platform === "IOS" },
      { label: "Android", test: (device) => device.fields.platform === "ANDROID" },
    ],
    texts: (device) => [device.id, device.project_user_id, device.user_id, JSON.stringify(device.fields)],
    row: deviceRow,
    describe: (device) => `${titleOf(device)}, ${ownerOf(device)}`,
    details: (device) => deviceDetails(context, device),
    empty: () => devicesHelp(context),
    columns: ["Device", "System, language, app", "User", "Id"],
  });
}

const titleOf = ({ fields }) =>
  fields.model || (fields.platform ? `${LOOK_NAMES[lookOf(fields.platform)]} device` : "A device");
const ownerOf = (device) => device.project_user_id ?? "nobody yet";

function deviceRow(device) {
  const { fields } = device;
  const place = [
    systemOf(device),
    localeOf(fields),
    fields.app_name && `${fields.app_name} ${fields.app_version ?? ""}`,
  ];
  return [
    h("span", { class: `row-mark ${lookOf(fields.platform)}` }, icon("device")),
    h(
      "span",
      { class: "row-text" },
      h(
        "span",
        { class: "row-line" },
        text("span", "row-first", titleOf(device)),
        text("span", "row-user owner", ownerOf(device)),
      ),
      h(
        "span",
        { class: "row-line" },
        text("span", "row-second", place.filter(Boolean).join(" · ")),
        h("span", { class: "row-user mono" }, device.id),
      ),
    ),
  ];
}

const localeOf = (fields) => [fields.locale_language, fields.locale_region].filter(Boolean).join("-");

function deviceDetails(context, device) {
  const { id, user_id: userId, created_at: createdAt, fields, live_activity_start_tokens: tokens } = device;
  const permission = fields.is_push_permission_granted;
  return [
    h(
      "div",
      { class: "details-lead" },
      permission === true && tag("good", "check", "Pushes allowed"),
      permission === false && tag("bad", "bell-off", "Pushes not allowed"),
      text("p", "details-title", titleOf(device)),
    ),
    facts([
      ["Id", copyable(id, "device id")],
      ["User", goTo(context, ownerOf(device), "users", userId)],
      ["Registered", moment(createdAt)],
    ]),
    h(
      "div",
      { class: "details-actions" },
      button("Send a push …", {
        symbol: "send",
        kind: "primary",
        onClick: () => context.openSendDialog({ device }),
      }),
      button("Messages", { symbol: "search", onClick: () => context.searchInbox(id) }),
    ),
    section(
      "What the app said",
      facts(
        Object.entries(fields).map(([name, value]) => [
          words(name),
          text("span", "property-value", String(value)),
        ]),
      ),
    ),
    Object.keys(tokens).length > 0 &&
      section(
        "Live Activity start tokens",
        facts(Object.entries(tokens).map(([type, token]) => [type, copyable(token, "start token")])),
      ),
    asJson(device),
  ];
}

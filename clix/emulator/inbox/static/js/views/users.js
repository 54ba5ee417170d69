/**
 * The tab "Users".
 */

import { copyable } from "../copying.js";
import { facts, goTo, moment, properties, section } from "../details.js";
import { button, h, icon, text } from "../dom.js";
import { inOneLine, plural } from "../format.js";
import { usersHelp } from "../help.js";
import { asJson } from "../json.js";
import { LOOK_NAMES, lookOf } from "../looks.js";
import { RecordsView } from "../records-view.js";

export function usersView(context) {
  return new RecordsView(context, {
    tab: "users",
    title: "Users",
    noun: "user",
    detailsTitle: "User",
    className: "users",
    source: context.store.users,
    key: (user) => user.user_id,
    filters: [
      { label: "All" },
      { label: "With devices", test: (user) => user.device_ids.length > 0 },
      { label: "Unnamed", test: (user) => user.project_user_id === null },
    ],
    texts: (user) => [
      user.project_user_id,
      user.user_id,
      ...user.device_ids,
      JSON.stringify(user.properties),
    ],
    row: userRow,
    describe: (user) => `${nameOf(user)}, ${plural(user.device_ids.length, "device")}`,
    details: (user) => userDetails(context, user),
    empty: () => usersHelp(context),
    columns: ["User", "Properties", "Devices"],
  });
}

const nameOf = (user) => user.project_user_id ?? "Not named yet";

function userRow(user) {
  return [
    h("span", { class: "row-mark" }, icon("users")),
    h(
      "span",
      { class: "row-text" },
      h(
        "span",
        { class: "row-line" },
        text("span", `row-first ${user.project_user_id === null ? "quiet" : ""}`, nameOf(user)),
      ),
      h(
        "span",
        { class: "row-line" },
        text("span", "row-second", propertiesInOneLine(user.properties)),
        h("span", { class: "row-user" }, plural(user.device_ids.length, "device")),
      ),
    ),
  ];
}

function propertiesInOneLine(map) {
  const entries = Object.entries(map);
  return entries.length === 0
    ? "No properties"
    : entries.map(([name, value]) => `${name}: ${inOneLine(value)}`).join(" · ");
}

function userDetails(context, user) {
  const devices = user.device_ids.map((id) => deviceLink(context, id));
  return [
    h("div", { class: "details-lead" }, text("p", "details-title", nameOf(user))),
    facts([
      ["Your id", user.project_user_id && copyable(user.project_user_id, "user id")],
      ["Clix id", copyable(user.user_id, "Clix user id")],
      ["Created", moment(user.created_at)],
    ]),
    h(
      "div",
      { class: "details-actions" },
      button("Send a push …", {
        symbol: "send",
        kind: "primary",
        onClick: () => context.openSendDialog({ user }),
      }),
      button("Messages", {
        symbol: "search",
        onClick: () => context.searchInbox(user.project_user_id ?? user.user_id),
      }),
    ),
    section("Properties", properties(user.properties)),
    section(
      "Devices",
      devices.length > 0
        ? h("div", { class: "links" }, devices)
        : h("p", { class: "details-note" }, "None: a push to this user goes nowhere."),
    ),
    asJson(user),
  ];
}

function deviceLink(context, id) {
  const device = context.store.devices.byId.get(id);
  const label = device ? `${device.fields.model || LOOK_NAMES[lookOf(device.fields.platform)]} · ${id}` : id;
  return goTo(context, label, "devices", id);
}

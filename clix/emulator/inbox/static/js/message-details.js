/**
 * Everything about one message.
 */

import { copyable } from "./copying.js";
import { deliveryTag, facts, goTo, landingLink, moment, properties, section, tag } from "./details.js";
import { button, h, icon, text } from "./dom.js";
import { exchange } from "./exchange.js";
import { hostOf } from "./format.js";
import { asJson } from "./json.js";
import { LOOK_NAMES, appIcon, appName, lookOf } from "./looks.js";
import { picture } from "./phone.js";

const KINDS = { project_user_id: "user", device_id: "device", user_id: "Clix user id" };
const idOf = ({ project_user_id: name, device_id: device, user_id: user }) => name ?? (device || user);
const kindOf = ({ project_user_id: name, device_id: device }) =>
  name ? "project_user_id" : device ? "device_id" : "user_id";

/** Why nobody got a message. */
export const reachedNobody = (message) => `Nobody: ${idOf(message)} has no device`;

/** Whether giving phones helps: Clix alone makes its own user ids. */
export const canBeCured = (message) => message.status === "unreached" && kindOf(message) !== "user_id";

/** The target of a message that reached nobody, as the API takes it. */
export const targetOf = (message) => ({ [kindOf(message)]: idOf(message) });

function unreachedDetails(context, message) {
  const sentence = canBeCured(message)
    ? "The request was accepted, but its target has no device, so nobody got it. Apps register a device when they start."
    : "The request was accepted, but no user has this Clix id, so nobody got it. Address your own user id instead.";
  return [
    h(
      "div",
      { class: "details-lead" },
      tag("warn", "bell-off", "Reached nobody"),
      text("p", "details-title", message.title || "No title"),
      message.body && text("p", "details-text", message.body),
      h("p", { class: "callout warn" }, icon("bell-off"), h("span", {}, sentence)),
    ),
    h(
      "div",
      { class: "details-actions" },
      canBeCured(message) &&
        button("Add phones and send again", {
          symbol: "device",
          kind: "primary",
          onClick: () => context.cure(message),
        }),
      message.kind === "push" &&
        button("Send again …", { symbol: "send", onClick: () => context.openSendDialog(message) }),
    ),
    section(
      "Delivery",
      facts([
        [KINDS[kindOf(message)].replace(/^./, (first) => first.toUpperCase()), copyable(idOf(message), "target")],
        ["Time", moment(message.at)],
        ["Request", goTo(context, message.request_id, "requests", message.request_id)],
      ]),
    ),
    exchange(message.request_id),
    asJson(message),
  ];
}

/** The content of the details. */
export function messageDetails(context, message) {
  if (message.status === "unreached") return unreachedDetails(context, message);
  return [
    h(
      "div",
      { class: "details-lead" },
      deliveryTag(message),
      text("p", "details-title", message.title || "No title"),
      message.body && text("p", "details-text", message.body),
      message.failure_reason &&
        h(
          "p",
          { class: "callout bad" },
          icon("bell-off"),
          h("span", { dir: "auto" }, message.failure_reason),
        ),
    ),
    message.image_url && imageSection(context, message.image_url),
    message.landing_url && section("Landing link", landingLink(message.landing_url)),
    message.live_activity && activitySections(message.live_activity),
    section("Delivery", deliveryFacts(context, message)),
    h(
      "div",
      { class: "details-actions" },
      message.kind === "push" &&
        button("Send again …", { symbol: "send", onClick: () => context.openSendDialog(message) }),
      button("Only this user", {
        symbol: "search",
        onClick: () => context.searchInbox(message.project_user_id ?? message.user_id),
      }),
    ),
    exchange(message.request_id),
    asJson(message),
  ];
}

function imageSection(context, address) {
  const isOff = !context.networkImages;
  return section(
    "Image",
    h(
      "div",
      { class: "image-preview" },
      picture(address, "preview", context.networkImages),
      isOff &&
        h(
          "p",
          { class: "details-note" },
          `Images are not loaded: ${hostOf(address)} would learn that you looked. `,
          h(
            "button",
            { type: "button", class: "link", on: { click: () => context.setNetworkImages(true) } },
            "Load images",
          ),
        ),
    ),
    copyable(address, "image address"),
  );
}

function activitySections(activity) {
  return [
    section("Content state", properties(activity.content_state)),
    section("Attributes", properties(activity.attributes)),
  ];
}

function deliveryFacts(context, message) {
  const device = context.store.devices.byId.get(message.device_id);
  return facts([
    ["User", message.project_user_id && goTo(context, message.project_user_id, "users", message.user_id)],
    ["Device", goTo(context, device?.fields.model || message.device_id, "devices", message.device_id)],
    [
      "Platform",
      h(
        "span",
        { class: "with-icon" },
        LOOK_NAMES[lookOf(message.platform)],
        message.platform ? "" : " (not said)",
      ),
    ],
    ["App", device && h("span", { class: "with-icon" }, appIcon(appName(device)), appName(device))],
    ["Time", moment(message.at)],
    ["Campaign", message.campaign_id && goTo(context, message.campaign_id, "campaigns", message.trigger_id)],
    ["Message id", copyable(message.message_id, "message id")],
    ["Request", goTo(context, message.request_id, "requests", message.request_id)],
    ["Type", message.live_activity && copyable(message.live_activity.attributes_type, "attributes type")],
  ]);
}

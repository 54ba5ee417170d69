/**
 * The tabs with phones: the inbox of pushes, and Live Activities.
 */

import { button, h, icon, text } from "../dom.js";
import { clockToTheSecond } from "../format.js";
import { activityHelp, inboxHelp } from "../help.js";
import { LOOK_NAMES, appIcon, appName, lookOf } from "../looks.js";
import { canBeCured, messageDetails, reachedNobody } from "../message-details.js";
import { RecordsView } from "../records-view.js";
import { Stage } from "../stage.js";

/** The tab "Inbox". */
export const inboxView = (context) =>
  messagesView(context, {
    tab: "inbox",
    title: "Inbox",
    noun: "message",
    kind: "push",
    detailsTitle: "Notification",
    empty: inboxHelp,
  });

/** The tab "Live Activities". */
export const activitiesView = (context) =>
  messagesView(context, {
    tab: "activities",
    title: "Live Activities",
    noun: "activity",
    nouns: "activities",
    kind: "live_activity",
    detailsTitle: "Live Activity",
    empty: activityHelp,
    looks: ["ios"],
  });

function messagesView(context, { kind, empty, looks = Object.keys(LOOK_NAMES), ...names }) {
  const stage = new Stage(context, { tab: names.tab, looks, kind });
  return new RecordsView(context, {
    ...names,
    source: context.store.messages,
    key: (message) => message.message_id,
    belongs: (message) => message.kind === kind,
    filters: [
      { label: "All" },
      { label: "Delivered", test: (message) => message.status === "sent" },
      { label: "Failed", test: (message) => message.status === "failed" },
      { label: "Nobody", test: (message) => message.status === "unreached" },
      ...(looks.length > 1 ? looks : []).map((look) => ({
        label: LOOK_NAMES[look],
        test: (message) => message.status !== "unreached" && lookOf(message.platform) === look,
      })),
    ],
    texts: (message) => [
      message.title,
      message.body,
      message.landing_url,
      message.image_url,
      message.project_user_id,
      message.user_id,
      message.device_id,
      message.failure_reason,
      message.message_id,
      message.request_id,
      message.campaign_id,
      message.trigger_id,
      message.live_activity && JSON.stringify(message.live_activity),
    ],
    row: (message) => messageRow(context, message),
    describe: describeMessage,
    details: (message) => messageDetails(context, message),
    empty: () => empty(context),
    chooser: stage.chooser,
    stage: stage.element,
    onSearch: () => stage.prefer("list"),
    onOpen: (message) => stage.open(message),
    onUpdate: () => stage.update(),
  });
}

/** A send that reached nobody, with the cure. The details offer it too: keys do not get into a row. */
function unreachedRow(context, message) {
  const cure = button("Add phones", { kind: "small", onClick: () => context.cure(message) });
  cure.tabIndex = -1;
  cure.setAttribute("aria-hidden", "true");
  cure.addEventListener("click", (event) => event.stopPropagation());
  return [
    h("span", { class: "row-mark unreached" }, icon("bell-off")),
    h(
      "span",
      { class: "row-text" },
      h(
        "span",
        { class: "row-line" },
        text("span", "row-first", message.title || "No title"),
        h("time", { class: "row-time", datetime: message.at }, clockToTheSecond(message.at)),
      ),
      h(
        "span",
        { class: "row-line" },
        text("span", "row-second unreached", reachedNobody(message)),
        canBeCured(message) && cure,
      ),
    ),
  ];
}

function messageRow(context, message) {
  if (message.status === "unreached") return unreachedRow(context, message);
  const isFailed = message.status === "failed";
  const second = isFailed
    ? text("span", "row-second failure", message.failure_reason)
    : text("span", "row-second", secondLine(message));
  return [
    isFailed
      ? h("span", { class: "row-mark failed" }, icon("bell-off"))
      : appIcon(appOf(context, message), `of-row ${lookOf(message.platform)}`),
    h(
      "span",
      { class: "row-text" },
      h(
        "span",
        { class: "row-line" },
        text("span", "row-first", message.title || "No title"),
        glyphs(message),
        h("time", { class: "row-time", datetime: message.at }, clockToTheSecond(message.at)),
      ),
      h("span", { class: "row-line" }, second, text("span", "row-user", message.project_user_id ?? "")),
    ),
  ];
}

/** What a push carries besides its texts. */
const glyphs = (message) =>
  h("span", { class: "row-glyphs" }, message.image_url && icon("image"), message.landing_url && icon("link"));

const appOf = (context, message) => appName(context.store.devices.byId.get(message.device_id));

const secondLine = (message) =>
  message.live_activity ? message.live_activity.attributes_type : (message.body ?? "");

function describeMessage(message) {
  const isUnreached = message.status === "unreached";
  const fate = message.status === "sent" ? "delivered" : `failed: ${message.failure_reason}`;
  return [
    message.title || "No title",
    message.body,
    !isUnreached && `to ${message.project_user_id ?? message.device_id}`,
    !isUnreached && LOOK_NAMES[lookOf(message.platform)],
    clockToTheSecond(message.at),
    isUnreached ? reachedNobody(message) : fate,
  ]
    .filter(Boolean)
    .join(", ");
}

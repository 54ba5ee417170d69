/**
 * The tabs with phones: the inbox of pushes, and Live Activities.
 */

import { asJson, copyable, deliveryTag, exchange, facts, goTo, landingLink, moment, properties, section } from "../details.js";
import { button, h, icon, text } from "../dom.js";
import { clockToTheSecond, hostOf } from "../format.js";
import { activityHelp, inboxHelp } from "../help.js";
import { LOOK_NAMES, appIcon, appName, lookOf, systemOf } from "../looks.js";
import { Phone, picture } from "../phone.js";
import { RecordsView } from "../records-view.js";

const VIEW_NAMES = { ...LOOK_NAMES, list: "List" };

/** The tab "Inbox". */
export const inboxView = (context) =>
  messagesView(context, { tab: "inbox", title: "Inbox", noun: "message", kind: "push", detailsTitle: "Notification", empty: inboxHelp });

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
      ...(looks.length > 1 ? looks : []).map((look) => ({ label: LOOK_NAMES[look], test: (message) => lookOf(message.platform) === look })),
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

/** The phones beside the list. */
class Stage {
  constructor(context, { tab, looks, kind }) {
    this.context = context;
    this.kind = kind;
    this.message = null;
    this.phones = looks.map(
      (look) =>
        new Phone(look, { onOpen: (message) => context.router.go(tab, message.message_id), networkImages: context.networkImages }),
    );
    this.choices = [];
    const phoneChooser = looks.length > 1 && this.#chooser("look-chooser", looks);
    this.chooser = this.#chooser("view-chooser", [...looks, "list"]);
    this.element = h("div", { class: `stage ${kind}` }, phoneChooser, h("div", { class: "phones" }, this.phones.map((phone) => phone.element)));
    this.prefer(looks[0]);
  }

  /** Chooses the phone that is shown where there is room for one, or the list where there is room for nothing else. */
  prefer(view) {
    this.chooser.dataset.view = view;
    if (view !== "list") this.element.dataset.look = view;
    for (const choice of this.choices) {
      const current = choice.parentElement === this.chooser ? view : this.element.dataset.look;
      choice.setAttribute("aria-pressed", String(choice.dataset.view === current));
    }
  }

  /** Shows the phone that a message went to; null for the newest of all. */
  open(message) {
    this.message = message;
    if (message && this.chooser.dataset.view !== "list") this.prefer(lookOf(message.platform));
    if (message) this.element.dataset.look = lookOf(message.platform);
    this.update();
  }

  update() {
    const now = this.context.now();
    for (const phone of this.phones) {
      const messages = this.#messagesFor(phone.look);
      phone.show(messages, {
        openId: this.message?.message_id,
        deviceOf: (message) => this.context.store.devices.byId.get(message.device_id),
        caption: this.#caption(phone.look),
        hint: this.#hint(),
        now,
      });
    }
  }

  /** What arrived on the open message's phone, or on any; what failed is seen only while it is open. */
  #messagesFor(look) {
    const { message } = this;
    const isItsPhone = message && lookOf(message.platform) === look;
    const found = [];
    for (const record of newestFirst(this.context.store.messages.records)) {
      if (record.kind !== this.kind || lookOf(record.platform) !== look) continue;
      if (isItsPhone && record.device_id !== message.device_id) continue;
      if (record.status === "sent" || record === message) found.push(record);
    }
    return found;
  }

  #caption(look) {
    const { message } = this;
    if (!message || lookOf(message.platform) !== look) return [h("span", {}, LOOK_NAMES[look]), h("span", {}, "all devices")];
    const device = this.context.store.devices.byId.get(message.device_id);
    const name = device ? [device.fields.model, systemOf(device)].filter(Boolean).join(" · ") : LOOK_NAMES[look];
    return [text("span", "", name), text("span", "", message.project_user_id ?? "nobody yet")];
  }

  #hint() {
    return this.kind === "push" ? "Nothing has been delivered here yet." : "No Live Activity has been started yet.";
  }

  #chooser(className, views) {
    const choices = views.map((view) =>
      h("button", { type: "button", class: "segment", data: { view }, on: { click: () => this.prefer(view) } }, VIEW_NAMES[view]),
    );
    this.choices.push(...choices);
    return h("div", { class: `segments ${className}`, role: "group", "aria-label": "How to show messages" }, choices);
  }
}

function* newestFirst(records) {
  for (let index = records.length - 1; index >= 0; index -= 1) yield records[index];
}

function messageRow(context, message) {
  const isFailed = message.status === "failed";
  const second = isFailed ? text("span", "row-second failure", message.failure_reason) : text("span", "row-second", secondLine(message));
  return [
    isFailed ? h("span", { class: "row-mark failed" }, icon("bell-off")) : appIcon(appOf(context, message), `of-row ${lookOf(message.platform)}`),
    h(
      "span",
      { class: "row-text" },
      h("span", { class: "row-line" }, text("span", "row-first", message.title || "No title"), h("time", { class: "row-time", datetime: message.at }, clockToTheSecond(message.at))),
      h("span", { class: "row-line" }, second, text("span", "row-user", message.project_user_id ?? "")),
    ),
  ];
}

const appOf = (context, message) => appName(context.store.devices.byId.get(message.device_id));

const secondLine = (message) => (message.live_activity ? message.live_activity.attributes_type : (message.body ?? ""));

function describeMessage(message) {
  const fate = message.status === "sent" ? "delivered" : `failed: ${message.failure_reason}`;
  return [message.title || "No title", message.body, `to ${message.project_user_id ?? message.device_id}`, LOOK_NAMES[lookOf(message.platform)], clockToTheSecond(message.at), fate]
    .filter(Boolean)
    .join(", ");
}

function messageDetails(context, message) {
  return [
    h(
      "div",
      { class: "details-lead" },
      deliveryTag(message),
      text("p", "details-title", message.title || "No title"),
      message.body && text("p", "details-text", message.body),
      message.failure_reason && h("p", { class: "callout bad" }, icon("bell-off"), h("span", { dir: "auto" }, message.failure_reason)),
    ),
    message.image_url && imageSection(context, message.image_url),
    message.landing_url && section("Landing link", landingLink(message.landing_url)),
    message.live_activity && activitySections(message.live_activity),
    section("Delivery", deliveryFacts(context, message)),
    h(
      "div",
      { class: "details-actions" },
      message.kind === "push" && button("Send again …", { symbol: "send", onClick: () => context.openSendDialog(message) }),
      button("Only this user", { symbol: "search", onClick: () => context.searchInbox(message.project_user_id ?? message.user_id) }),
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
          h("button", { type: "button", class: "link", on: { click: () => context.setNetworkImages(true) } }, "Load images"),
        ),
    ),
    copyable(address, "image address"),
  );
}

function activitySections(activity) {
  return [section("Content state", properties(activity.content_state)), section("Attributes", properties(activity.attributes))];
}

function deliveryFacts(context, message) {
  const device = context.store.devices.byId.get(message.device_id);
  return facts([
    ["User", message.project_user_id && goTo(context, message.project_user_id, "users", message.user_id)],
    ["Device", goTo(context, device?.fields.model || message.device_id, "devices", message.device_id)],
    ["Platform", h("span", { class: "with-icon" }, LOOK_NAMES[lookOf(message.platform)], message.platform ? "" : " (not said)")],
    ["App", device && h("span", { class: "with-icon" }, appIcon(appName(device)), appName(device))],
    ["Time", moment(message.at)],
    ["Campaign", message.campaign_id && goTo(context, message.campaign_id, "campaigns", message.trigger_id)],
    ["Message id", copyable(message.message_id, "message id")],
    ["Request", goTo(context, message.request_id, "requests", message.request_id)],
    ["Type", message.live_activity && copyable(message.live_activity.attributes_type, "attributes type")],
  ]);
}

/**
 * The phones beside the list of messages.
 */

import { h, text } from "./dom.js";
import { LOOK_NAMES, lookOf, systemOf } from "./looks.js";
import { Phone } from "./phone.js";

const VIEW_NAMES = { ...LOOK_NAMES, list: "List" };

export class Stage {
  constructor(context, { tab, looks, kind }) {
    this.context = context;
    this.kind = kind;
    this.message = null;
    this.phones = looks.map(
      (look) =>
        new Phone(look, {
          onOpen: (message) => context.router.go(tab, message.message_id),
          networkImages: context.networkImages,
        }),
    );
    this.choices = [];
    const phoneChooser = looks.length > 1 && this.#chooser("look-chooser", looks);
    this.chooser = this.#chooser("view-chooser", [...looks, "list"]);
    this.element = h(
      "div",
      { class: `stage ${kind}` },
      phoneChooser,
      h(
        "div",
        { class: "phones" },
        this.phones.map((phone) => phone.element),
      ),
    );
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
    const hasPhone = message && message.status !== "unreached";
    if (hasPhone && this.chooser.dataset.view !== "list") this.prefer(lookOf(message.platform));
    if (hasPhone) this.element.dataset.look = lookOf(message.platform);
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
    const isItsPhone = message && message.status !== "unreached" && lookOf(message.platform) === look;
    const found = [];
    for (const record of newestFirst(this.context.store.messages.records)) {
      if (record.kind !== this.kind || lookOf(record.platform) !== look) continue;
      if (record.status === "unreached") continue;
      if (isItsPhone && record.device_id !== message.device_id) continue;
      if (record.status === "sent" || record === message) found.push(record);
    }
    return found;
  }

  #caption(look) {
    const { message } = this;
    if (!message || message.status === "unreached" || lookOf(message.platform) !== look)
      return [h("span", {}, LOOK_NAMES[look]), h("span", {}, "all devices")];
    const device = this.context.store.devices.byId.get(message.device_id);
    const name = device
      ? [device.fields.model, systemOf(device)].filter(Boolean).join(" · ")
      : LOOK_NAMES[look];
    return [text("span", "", name), text("span", "", message.project_user_id ?? "nobody yet")];
  }

  #hint() {
    return this.kind === "push"
      ? "Nothing has been delivered here yet."
      : "No Live Activity has been started yet.";
  }

  #chooser(className, views) {
    const choices = views.map((view) =>
      h(
        "button",
        { type: "button", class: "segment", data: { view }, on: { click: () => this.prefer(view) } },
        VIEW_NAMES[view],
      ),
    );
    this.choices.push(...choices);
    return h(
      "div",
      { class: `segments ${className}`, role: "group", "aria-label": "How to show messages" },
      choices,
    );
  }
}

function* newestFirst(records) {
  for (let index = records.length - 1; index >= 0; index -= 1) yield records[index];
}

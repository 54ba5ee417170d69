/**
 * A phone's lock screen with notifications, as iOS and Android draw them.
 */

import { activityCard } from "./activity-card.js";
import { h, icon, show, text } from "./dom.js";
import { ago, clock, day, hostOf, kindOfLink, plural } from "./format.js";
import { LOOK_NAMES, appIcon, appName } from "./looks.js";

const MOST_CARDS = 25;

/** One phone. */
export class Phone {
  /** `look` is `ios` or `android`; `onOpen(message)` is called when a notification is chosen. */
  constructor(look, { onOpen, networkImages }) {
    this.look = look;
    this.onOpen = onOpen;
    this.networkImages = networkImages;
    this.cards = new Map();
    this.time = h("div", { class: "lock-clock", "aria-hidden": "true" });
    this.date = h("div", { class: "lock-date", "aria-hidden": "true" });
    this.list = h("ul", { class: "notes" });
    this.hint = h("p", { class: "lock-hint" });
    this.caption = h("figcaption", { class: "phone-caption" });
    const screen = h(
      "div",
      { class: "screen", tabindex: 0, role: "region", "aria-label": `Lock screen, ${LOOK_NAMES[look]}` },
      statusBar(look),
      h("div", { class: "lock-head" }, look === "ios" ? [this.date, this.time] : [this.time, this.date]),
      this.list,
      this.hint,
    );
    this.element = h(
      "figure",
      { class: `phone ${look}` },
      h("div", { class: "bezel" }, screen),
      this.caption,
    );
  }

  /** Shows messages, newest first, with the open one marked; `deviceOf(message)` may know the device. */
  show(messages, { openId, deviceOf, caption, hint, now }) {
    this.#showTime(now);
    const shown = messages.slice(0, MOST_CARDS);
    const stale = new Map(this.cards);
    let previous = null;
    for (const message of shown) {
      const card = this.#card(message, deviceOf(message), now);
      stale.delete(message.message_id);
      card.querySelector(".note").classList.toggle("is-open", message.message_id === openId);
      const place = previous ? previous.nextSibling : this.list.firstChild;
      if (place !== card) this.list.insertBefore(card, place);
      previous = card;
    }
    for (const [id, card] of stale) {
      card.remove();
      this.cards.delete(id);
    }
    const rest = messages.length - shown.length;
    this.hint.textContent =
      messages.length === 0 ? hint : rest > 0 ? `${plural(rest, "older one")} in the list` : "";
    show(this.hint, this.hint.textContent !== "");
    this.caption.replaceChildren(...caption);
  }

  #showTime(now) {
    const time = clock(now);
    const [hours, minutes] = time.split(":");
    if (this.time.dataset.time !== time) {
      this.time.dataset.time = time;
      this.time.replaceChildren(
        ...(this.look === "ios" ? [time] : [h("span", {}, hours), h("span", {}, minutes)]),
      );
    }
    const today = day(now);
    if (this.date.textContent !== today) this.date.textContent = today;
  }

  #card(message, device, now) {
    const known = this.cards.get(message.message_id);
    if (known && known.device === device) {
      known.querySelector(".note-time").textContent = ago(message.at, now);
      return known;
    }
    known?.remove();
    const card = h("li", {}, this.#button(message, device, now));
    card.device = device;
    this.cards.set(message.message_id, card);
    return card;
  }

  #button(message, device, now) {
    const draw =
      message.kind === "live_activity" ? activityCard : this.look === "ios" ? iosNote : androidNote;
    const failure =
      message.status === "failed" &&
      h("span", { class: "note-failure" }, icon("bell-off"), message.failure_reason);
    return h(
      "button",
      {
        type: "button",
        class: `note ${message.kind} ${message.status}`,
        on: { click: () => this.onOpen(message) },
      },
      draw(message, { app: appName(device), when: ago(message.at, now), networkImages: this.networkImages }),
      failure,
    );
  }
}

/** The picture of a notification, or what stands for one that is not loaded. */
export function picture(address, className, networkImages) {
  if (!networkImages || kindOfLink(address) !== "web") return missingPicture(className, address);
  const image = h("img", {
    class: className,
    src: address,
    alt: "",
    loading: "lazy",
    decoding: "async",
    referrerpolicy: "no-referrer",
    on: { error: () => image.replaceWith(missingPicture(className, address)) },
  });
  return image;
}

function missingPicture(className, address) {
  const host = hostOf(address);
  return h(
    "span",
    { class: `${className} is-missing`, title: host },
    icon("image"),
    h("span", { class: "picture-host", dir: "ltr" }, host),
  );
}

function iosNote(message, { app, when, networkImages }) {
  return [
    appIcon(app),
    h(
      "span",
      { class: "note-text" },
      h("span", { class: "note-head" }, text("span", "note-title", message.title || app), timeOf(when)),
      message.body && text("span", "note-body", message.body),
    ),
    message.image_url && picture(message.image_url, "note-thumbnail", networkImages),
  ];
}

function androidNote(message, { app, when, networkImages }) {
  return [
    h(
      "span",
      { class: "note-head" },
      appIcon(app),
      text("span", "note-app", app),
      h("span", { "aria-hidden": "true" }, "·"),
      timeOf(when),
    ),
    message.title && text("span", "note-title", message.title),
    message.body && text("span", "note-body", message.body),
    message.image_url && picture(message.image_url, "note-picture", networkImages),
  ];
}

function timeOf(when) {
  return h("span", { class: "note-time" }, when);
}

function statusBar(look) {
  const camera = h("span", { class: "camera" });
  const signals = h("span", { class: "signals" }, h("i", { class: "signal" }), h("i", { class: "battery" }));
  const left = h("span", { class: "carrier" }, look === "ios" ? "" : "Emulator");
  return h("div", { class: "status-bar", "aria-hidden": "true" }, left, camera, signals);
}

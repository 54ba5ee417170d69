/**
 * A Live Activity as a card of the lock screen: the app would draw its own, so this shows what the app is given.
 */

import { h, text } from "./dom.js";
import { inOneLine, words } from "./format.js";
import { appIcon } from "./looks.js";

const MOST_VALUES = 4;
const HEADLINES = ["status", "state", "phase", "stage", "title", "headline"];
const PROGRESS = /progress|percent|fraction|completion/i;

/** The inside of a card. */
export function activityCard(message, { app, when }) {
  const { attributes_type: type, attributes, content_state: state } = message.live_activity;
  const headline = HEADLINES.find((name) => typeof state[name] === "string");
  const progress = Object.keys(state).find((name) => PROGRESS.test(name) && Number.isFinite(state[name]));
  const values = Object.entries(state).filter(([name]) => name !== headline && name !== progress);
  return [
    h(
      "span",
      { class: "note-head" },
      appIcon(app),
      text("span", "note-app", words(type.replace(/Attributes$/, "")) || app),
      h("span", { class: "note-time" }, when),
    ),
    text("span", "activity-headline", headline ? capitalised(state[headline]) : message.title),
    progress && bar(state[progress]),
    values.length > 0 &&
      h(
        "span",
        { class: "activity-values" },
        values.slice(0, MOST_VALUES).map(([name, value]) => tile(name, value)),
      ),
    h(
      "span",
      { class: "activity-attributes" },
      Object.entries(attributes)
        .slice(0, MOST_VALUES)
        .map(([name, value]) => attribute(name, value)),
    ),
  ];
}

function tile(name, value) {
  return h(
    "span",
    { class: "activity-value" },
    text("span", "activity-number", short(value)),
    text("span", "activity-name", words(name)),
  );
}

function attribute(name, value) {
  return h("span", { class: "activity-attribute" }, text("span", "", `${words(name)} ${short(value)}`));
}

function bar(value) {
  const share = Math.max(0, Math.min(1, value > 1 ? value / 100 : value));
  const filled = h("span", { class: "activity-bar-fill" });
  filled.style.width = `${share * 100}%`;
  return h(
    "span",
    { class: "activity-bar", role: "img", "aria-label": `${Math.round(share * 100)} percent` },
    filled,
  );
}

const short = (value) => inOneLine(value) ?? "–";

function capitalised(sentence) {
  return sentence.charAt(0).toLocaleUpperCase() + sentence.slice(1);
}

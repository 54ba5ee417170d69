/**
 * How platforms and apps look.
 */

import { h, icon } from "./dom.js";

const UNNAMED_APP = "Your app";
const HUES = 8;

export const LOOK_NAMES = { ios: "iOS", android: "Android" };

/** Which of the two looks a platform gets; what is not Android looks like iOS. */
export const lookOf = (platform) => (platform === "ANDROID" ? "android" : "ios");

/** The system of a device as its app named it: "iOS 26.0". */
export const systemOf = ({ fields }) =>
  [fields.os_name || LOOK_NAMES[lookOf(fields.platform)], fields.os_version].filter(Boolean).join(" ");

/** The name of the app on a device that registered itself. */
export const appName = (device) => device?.fields.app_name || UNNAMED_APP;

/** The icon of an app that nobody has a picture of: its first letter on a colour of its own. */
export function appIcon(name, className = "") {
  const isNamed = name !== UNNAMED_APP;
  const hue = isNamed
    ? [...name].reduce((sum, character) => (sum * 31 + character.codePointAt(0)) % 9973, 7) % HUES
    : 0;
  const picture = isNamed ? firstLetter(name) : icon("inbox");
  return h("span", { class: `app-icon hue-${hue} ${className}`, "aria-hidden": "true" }, picture);
}

function firstLetter(name) {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return first ? first.segment.toUpperCase() : "?";
}

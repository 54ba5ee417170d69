/**
 * What people copy: ids with a click, and code to start from.
 */

import { button, h, icon } from "./dom.js";

const COPIED_MILLISECONDS = 1_400;

/** A value that people paste elsewhere: shown whole, copied with a click. */
export function copyable(value, name = "value") {
  const label = h("span", { class: "copyable-text", dir: "auto" }, value);
  const element = h(
    "button",
    {
      type: "button",
      class: "copyable",
      "aria-label": `Copy the ${name} ${value}`,
      title: "Copy",
      on: { click: () => copy(value, element) },
    },
    label,
    icon("copy", "when-idle"),
    icon("check", "when-copied"),
  );
  return element;
}

/** Code to copy, with what it is called. */
export function snippet(title, code) {
  const label = `Copy: ${title}`;
  const copyButton = button("Copy", {
    symbol: "copy",
    kind: "small copy",
    "aria-label": label,
    onClick: () => copy(code, copyButton),
  });
  copyButton.append(icon("check", "when-copied"));
  return h(
    "figure",
    { class: "snippet" },
    h("figcaption", {}, h("span", {}, title), copyButton),
    h("pre", { tabindex: 0, "aria-label": title }, h("code", {}, code)),
  );
}

/** Puts a text on the clipboard, and says so on the element for a moment. */
async function copy(value, element) {
  try {
    await navigator.clipboard.writeText(value);
  } catch {
    copyBySelection(value);
  }
  element.classList.add("is-copied");
  document.getElementById("speech").textContent = "Copied";
  setTimeout(() => element.classList.remove("is-copied"), COPIED_MILLISECONDS);
}

/** For browsers that hide the clipboard from pages without TLS. */
function copyBySelection(value) {
  const field = h("textarea", { class: "visually-hidden" });
  field.value = value;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

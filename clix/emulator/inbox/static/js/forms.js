/**
 * Fields of forms.
 */

import { h } from "./dom.js";

/** A field under its label. */
export function field(label, control, note) {
  return h(
    "label",
    { class: "form-field" },
    h("span", { class: "field-label" }, label),
    control,
    note && h("span", { class: "field-note" }, note),
  );
}

/** A choice; `options` are pairs of value and label. */
export function select(name, options) {
  return h(
    "select",
    { class: "field", name },
    options.map(([value, label]) => h("option", { value }, label)),
  );
}

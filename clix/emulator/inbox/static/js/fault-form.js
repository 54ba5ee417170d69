/**
 * The form for a rule that is none of the usual ones.
 */

import { h, icon, show } from "./dom.js";
import { words } from "./format.js";
import { field, select } from "./forms.js";

/** What can go wrong: `parameter` names the number that `read` makes a fault of. */
const EFFECTS = {
  status: {
    label: "Answer with a status",
    parameter: "Status",
    initial: "503",
    read: (status) => ({ status }),
  },
  delay: {
    label: "Answer late",
    parameter: "Seconds",
    initial: "2",
    read: (delay) => ({ delay }),
  },
  "cut-before": { label: "Cut before processing", read: () => ({ cut: "before" }) },
  "cut-after": { label: "Cut after processing", read: () => ({ cut: "after" }) },
  deliveries: {
    label: "Fail deliveries",
    parameter: "Share, 0 to 1",
    initial: "0.5",
    read: (share, reason) => ({ fail_deliveries: { reason, share } }),
  },
};

export class FaultForm {
  /** `operations` and `reasons` are what `/about` names; `onSubmit(rule)` is called with what was filled in. */
  constructor({ operations, reasons, onSubmit }) {
    this.onSubmit = onSubmit;
    const effects = Object.entries(EFFECTS).map(([name, { label }]) => [name, label]);
    this.operation = select("operation", [
      ["", "Any operation"],
      ...operations.map((name) => [name, words(name)]),
    ]);
    this.effect = select("effect", effects);
    this.parameter = input("parameter", { inputmode: "decimal" });
    this.reason = select("reason", Object.entries(reasons));
    this.target = input("target", { placeholder: "Any", dir: "auto" });
    this.nth = input("nth", { placeholder: "Every" });
    this.probability = input("probability", { placeholder: "1", inputmode: "decimal" });
    this.parameterField = field("", this.parameter);
    this.reasonField = field("Reason", this.reason);
    this.effect.addEventListener("change", () => this.#adapt());
    this.element = this.#build();
    this.#adapt();
  }

  #build() {
    return h(
      "form",
      { class: "form-grid", on: { submit: (event) => this.#submit(event) } },
      field("Operation", this.operation),
      field("Effect", this.effect),
      this.parameterField,
      this.reasonField,
      field("User or device", this.target),
      field("Which requests, such as 1, 3", this.nth),
      field("Probability", this.probability),
      h(
        "div",
        { class: "form-end" },
        h("button", { class: "button primary", type: "submit" }, icon("plus"), h("span", {}, "Add rule")),
      ),
    );
  }

  /** Asks only for what the chosen effect needs. */
  #adapt() {
    const { parameter, initial } = EFFECTS[this.effect.value];
    show(this.parameterField, parameter !== undefined);
    show(this.reasonField, this.effect.value === "deliveries");
    this.parameterField.querySelector(".field-label").textContent = parameter ?? "";
    this.parameter.value = initial ?? "";
  }

  #submit(event) {
    event.preventDefault();
    const rule = EFFECTS[this.effect.value].read(Number(this.parameter.value), this.reason.value);
    if (this.operation.value) rule.operation = this.operation.value;
    if (this.target.value.trim()) rule.target = this.target.value.trim();
    if (this.nth.value.trim()) rule.nth = this.nth.value.split(",").map(Number);
    if (this.probability.value.trim()) rule.probability = Number(this.probability.value);
    this.onSubmit(rule);
  }
}

const input = (name, attributes) => h("input", { class: "field", name, autocomplete: "off", ...attributes });

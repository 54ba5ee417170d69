/**
 * The tab "Faults": switches for the usual ones, a form for the others, and the rules that are in force.
 */

import * as api from "../api.js";
import { copyable } from "../details.js";
import { button, h, icon, iconButton, show, text } from "../dom.js";
import { count, plural, words } from "../format.js";
import { field, select } from "../forms.js";

const SEND = "send_push_notifications";

/** The usual faults; `rule` is what `/_emulator/faults` takes. */
const PRESETS = [
  { symbol: "server", title: "Server error", lead: "Every send is answered with 500.", rule: { operation: SEND, status: 500 } },
  { symbol: "server", title: "Error after the send", lead: "The push goes out, and the answer is 500 all the same.", rule: { operation: SEND, status: 500, processed: true } },
  { symbol: "server", title: "Bad gateway", lead: "A proxy answers 502 with a page of HTML.", rule: { status: 502 } },
  { symbol: "clock", title: "Maintenance", lead: "Everything is answered with 503.", rule: { status: 503 } },
  { symbol: "gauge", title: "Too many requests", lead: "A third of all requests is answered with 429.", rule: { status: 429, probability: 0.33 } },
  { symbol: "clock", title: "Slow answers", lead: "Answers take 0.8 s in the median, some several seconds.", rule: { delay: { lognormal: [0.8, 0.6] } } },
  { symbol: "cut", title: "Lost before", lead: "The connection breaks, and the push is not sent.", rule: { operation: SEND, cut: "before" } },
  { symbol: "cut", title: "Lost after", lead: "The push is sent, and the connection breaks before the answer.", rule: { operation: SEND, cut: "after" } },
  { symbol: "drop", title: "Unreadable answer", lead: "The push goes out, and the answer breaks off in the middle.", rule: { operation: SEND, status: 200, body: '{"delivery_results": [', processed: true } },
  { symbol: "drop", title: "Dripping answers", lead: "Answers arrive 16 bytes at a time.", rule: { drip: { bytes: 16, seconds: 0.05 } } },
  { symbol: "bell-off", title: "App uninstalled", lead: "Half of the deliveries fail: the device is gone.", rule: { operation: SEND, fail_deliveries: { reason: "unregistered", share: 0.5 } } },
  { symbol: "bell-off", title: "Push service down", lead: "All deliveries fail: the push service is unavailable.", rule: { operation: SEND, fail_deliveries: { reason: "unavailable", share: 1 } } },
];

const EFFECTS = {
  status: { label: "Answer with a status", parameter: "Status", initial: "503", read: (value) => ({ status: Number(value) }) },
  delay: { label: "Answer late", parameter: "Seconds", initial: "2", read: (value) => ({ delay: Number(value) }) },
  "cut-before": { label: "Cut before processing", read: () => ({ cut: "before" }) },
  "cut-after": { label: "Cut after processing", read: () => ({ cut: "after" }) },
  deliveries: { label: "Fail deliveries", parameter: "Share, 0 to 1", initial: "0.5", read: (value, reason) => ({ fail_deliveries: { reason, share: Number(value) } }) },
};

export class FaultsView {
  constructor(context) {
    this.context = context;
    this.store = context.store.faults;
    this.cards = PRESETS.map((preset) => this.#presetCard(preset));
    this.rules = h("ul", { class: "rules" });
    this.noRules = h("p", { class: "details-note" }, "None: everything goes well.");
    this.formHost = h("div");
    this.magicHost = h("div", { class: "magic" });
    const clear = button("Remove all", { symbol: "trash", kind: "small", onClick: () => context.attempt(() => api.removeAllFaults().then(() => this.store.reload())) });
    this.clear = clear;
    this.element = h(
      "div",
      { class: "page faults" },
      h("header", { class: "page-header" }, h("h1", {}, "Faults"), h("p", {}, "Make things go wrong on purpose, and see what your code does.")),
      h("section", { class: "page-section", "aria-label": "Usual faults" }, h("div", { class: "presets" }, this.cards.map((card) => card.element))),
      h("section", { class: "page-section" }, h("header", { class: "section-header" }, h("h2", {}, "Rules in force"), clear), this.noRules, this.rules),
      h("section", { class: "page-section" }, h("h2", {}, "A rule of your own"), this.formHost),
      h(
        "section",
        { class: "page-section" },
        h("h2", {}, "Without any rule"),
        h("p", { class: "page-note" }, "A push to one of these user ids fails by itself. They are this emulator's own: Clix knows nothing of them."),
        this.magicHost,
      ),
    );
    this.store.onChange(() => this.#show());
  }

  enter() {
    if (this.formHost.firstChild === null) {
      this.formHost.append(this.#form());
      this.magicHost.append(...this.#magicUsers());
    }
    this.#show();
  }

  leave() {}

  focusSearch() {}

  #show() {
    const { records } = this.store;
    for (const card of this.cards) card.show(records);
    this.rules.replaceChildren(...records.map((rule) => this.#rule(rule)));
    show(this.noRules, records.length === 0);
    show(this.clear, records.length > 0);
  }

  #presetCard(preset) {
    const input = h("input", { type: "checkbox", role: "switch", class: "switch", on: { change: () => this.#switchPreset(preset, input.checked) } });
    const counter = h("span", { class: "preset-count" });
    const element = h(
      "label",
      { class: "preset" },
      h("span", { class: "preset-mark" }, icon(preset.symbol)),
      h("span", { class: "preset-text" }, h("span", { class: "preset-title" }, preset.title), h("span", { class: "preset-lead" }, preset.lead), counter),
      input,
    );
    return {
      element,
      show: (rules) => {
        const rule = this.#ruleOf(preset, rules);
        input.checked = Boolean(rule?.is_enabled);
        element.classList.toggle("is-on", input.checked);
        counter.textContent = rule && rule.struck > 0 ? `struck ${plural(rule.struck, "time")}` : "";
      },
    };
  }

  #switchPreset(preset, isOn) {
    const rule = this.#ruleOf(preset, this.store.records);
    return this.#change(() => (rule ? api.switchFault(rule.id, isOn) : api.addFault(preset.rule)));
  }

  /** The rule that a preset's switch made, recognised by what it says. */
  #ruleOf(preset, rules) {
    const { failure_reasons: texts } = this.context.store.about;
    const failing = preset.rule.fail_deliveries;
    const told = failing ? { ...preset.rule, fail_deliveries: { ...failing, reason: texts[failing.reason] } } : preset.rule;
    const wanted = canonical(told);
    return rules.find((rule) => canonical(rule.rule) === wanted);
  }

  #rule(rule) {
    const input = h("input", { type: "checkbox", role: "switch", class: "switch", "aria-label": `In force: ${rule.description}`, on: { change: () => this.#change(() => api.switchFault(rule.id, input.checked)) } });
    input.checked = rule.is_enabled;
    return h(
      "li",
      { class: `rule ${rule.is_enabled ? "" : "is-off"}` },
      input,
      h("span", { class: "rule-text" }, text("span", "rule-title", capitalised(rule.description)), h("code", { class: "rule-source", dir: "ltr" }, JSON.stringify(rule.rule))),
      h("span", { class: "rule-counts" }, `struck ${count(rule.struck)} of ${plural(rule.seen, "request")}`),
      iconButton("trash", `Remove the rule: ${rule.description}`, () => this.#change(() => api.removeFault(rule.id))),
    );
  }

  #form() {
    const { operations, failure_reasons: reasons } = this.context.store.about;
    const operation = select("operation", [["", "Any operation"], ...operations.map((name) => [name, words(name)])]);
    const effect = select("effect", Object.entries(EFFECTS).map(([name, { label }]) => [name, label]));
    const parameter = h("input", { class: "field", name: "parameter", inputmode: "decimal", value: EFFECTS.status.initial });
    const reason = select("reason", Object.entries(reasons));
    const target = h("input", { class: "field", name: "target", placeholder: "Any", dir: "auto" });
    const nth = h("input", { class: "field", name: "nth", placeholder: "Every", inputmode: "numeric" });
    const probability = h("input", { class: "field", name: "probability", placeholder: "1", inputmode: "decimal" });
    const parameterField = field("Status", parameter);
    const reasonField = field("Reason", reason);
    const adapt = () => {
      const chosen = EFFECTS[effect.value];
      show(parameterField, Boolean(chosen.parameter));
      show(reasonField, effect.value === "deliveries");
      parameterField.querySelector(".field-label").textContent = chosen.parameter ?? "";
      parameter.value = chosen.initial ?? "";
    };
    effect.addEventListener("change", adapt);
    const submit = (event) => {
      event.preventDefault();
      const rule = { ...EFFECTS[effect.value].read(parameter.value, reason.value) };
      if (operation.value) rule.operation = operation.value;
      if (target.value.trim()) rule.target = target.value.trim();
      if (nth.value.trim()) rule.nth = nth.value.split(",").map(Number);
      if (probability.value.trim()) rule.probability = Number(probability.value);
      this.#change(() => api.addFault(rule));
    };
    const form = h(
      "form",
      { class: "form-grid", on: { submit } },
      field("Operation", operation),
      field("Effect", effect),
      parameterField,
      reasonField,
      field("User or device", target),
      field("Which requests, such as 1, 3", nth),
      field("Probability", probability),
      h("div", { class: "form-end" }, h("button", { class: "button primary", type: "submit" }, icon("plus"), h("span", {}, "Add rule"))),
    );
    adapt();
    return form;
  }

  #magicUsers() {
    return Object.entries(this.context.store.about.magic_users).map(([user, effect]) =>
      h("div", { class: "magic-user" }, copyable(user, "user id"), h("span", {}, effect)),
    );
  }

  async #change(work) {
    await this.context.attempt(work);
    await this.store.reload().catch(() => {});
  }
}

/** JSON that does not depend on the order of names. */
function canonical(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  return `{${Object.keys(value)
    .sort()
    .map((name) => `${name}:${canonical(value[name])}`)}}`;
}

const capitalised = (sentence) => sentence.charAt(0).toUpperCase() + sentence.slice(1);

/** The tab "Faults". */
export const faultsView = (context) => new FaultsView(context);

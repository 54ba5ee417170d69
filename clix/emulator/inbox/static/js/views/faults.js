/**
 * The tab "Faults": switches for the usual ones, a form for the others, and the rules that are in force.
 */

import * as api from "../api.js";
import { copyable } from "../copying.js";
import { button, h, icon, iconButton, show, text } from "../dom.js";
import { FaultForm } from "../fault-form.js";
import { PRESETS } from "../fault-presets.js";
import { count, plural } from "../format.js";

/** The tab "Faults". */
export const faultsView = (context) => new FaultsView(context);

class FaultsView {
  constructor(context) {
    this.context = context;
    this.store = context.store.faults;
    this.presets = PRESETS.map((preset) => this.#preset(preset));
    this.rules = new Map();
    this.list = h("ul", { class: "rules" });
    this.nothing = h("p", { class: "details-note" }, "None: everything goes well.");
    this.clear = button("Remove all", {
      symbol: "trash",
      kind: "small",
      onClick: () => this.#change(() => api.removeAllFaults()),
    });
    this.element = this.#build();
    this.store.onChange(() => this.#show());
    this.#show();
  }

  enter() {}

  leave() {}

  focus() {
    this.element.querySelector(".switch").focus();
  }

  focusSearch() {}

  #build() {
    const { operations, failure_reasons: reasons } = this.context.store.about;
    const form = new FaultForm({
      operations,
      reasons,
      onSubmit: (rule) => this.#change(() => api.addFault(rule)),
    });
    const switches = this.presets.map(({ element }) => element);
    return h(
      "div",
      { class: "page faults" },
      h(
        "header",
        { class: "page-header" },
        h("h1", {}, "Faults"),
        h("p", {}, "Make things go wrong on purpose, and see what your code does."),
      ),
      h(
        "section",
        { class: "page-section", "aria-label": "Usual faults" },
        h("div", { class: "presets" }, switches),
      ),
      h(
        "section",
        { class: "page-section" },
        h("header", { class: "section-header" }, h("h2", {}, "Rules in force"), this.clear),
        this.nothing,
        this.list,
      ),
      h("section", { class: "page-section" }, h("h2", {}, "A rule of your own"), form.element),
      this.#magicUsers(),
    );
  }

  #magicUsers() {
    const users = Object.entries(this.context.store.about.magic_users);
    return h(
      "section",
      { class: "page-section" },
      h("h2", {}, "Without any rule"),
      h(
        "p",
        { class: "page-note" },
        "A push to one of these user ids fails by itself. They are this emulator's own: Clix knows nothing of them.",
      ),
      h(
        "div",
        { class: "magic" },
        users.map(([user, effect]) =>
          h("div", { class: "magic-user" }, copyable(user, "user id"), h("span", {}, effect)),
        ),
      ),
    );
  }

  #show() {
    const { records } = this.store;
    for (const preset of this.presets) preset.show(records);
    for (const rule of records.toReversed()) this.#showRule(rule);
    const ids = new Set(records.map(({ id }) => id));
    for (const [id, item] of this.rules) {
      if (ids.has(id)) continue;
      item.element.remove();
      this.rules.delete(id);
    }
    show(this.nothing, records.length === 0);
    show(this.clear, records.length > 0);
  }

  /** An item stays the same while its counters grow, so that nobody loses the switch that has the focus. */
  #showRule(rule) {
    let item = this.rules.get(rule.id);
    if (item === undefined) {
      item = this.#rule(rule);
      this.rules.set(rule.id, item);
      this.list.prepend(item.element);
    }
    item.show(rule);
  }

  #rule({ id, description, rule }) {
    const input = toggle((isOn) => this.#change(() => api.switchFault(id, isOn)), `In force: ${description}`);
    const counts = h("span", { class: "rule-counts" });
    const element = h(
      "li",
      { class: "rule" },
      input,
      h(
        "span",
        { class: "rule-text" },
        text("span", "rule-title", capitalised(description)),
        h("code", { class: "rule-source", dir: "ltr" }, jsonInOneLine(rule)),
      ),
      counts,
      iconButton("trash", `Remove the rule: ${description}`, () => this.#change(() => api.removeFault(id))),
    );
    return {
      element,
      show: ({ is_enabled: isEnabled, struck, seen }) => {
        input.checked = isEnabled;
        element.classList.toggle("is-off", !isEnabled);
        counts.textContent = `struck ${count(struck)} of ${plural(seen, "request")}`;
      },
    };
  }

  #preset(preset) {
    const input = toggle(() => this.#switchPreset(preset, input.checked));
    const struck = h("span", { class: "preset-count" });
    const element = h(
      "label",
      { class: "preset" },
      h("span", { class: "preset-mark" }, icon(preset.symbol)),
      h(
        "span",
        { class: "preset-text" },
        h("span", { class: "preset-title" }, preset.title),
        h("span", { class: "preset-lead" }, preset.lead),
        struck,
      ),
      input,
    );
    return {
      element,
      show: (rules) => {
        const rule = this.#ruleOf(preset, rules);
        input.checked = Boolean(rule?.is_enabled);
        element.classList.toggle("is-on", input.checked);
        struck.textContent = rule?.struck > 0 ? `struck ${plural(rule.struck, "time")}` : "";
      },
    };
  }

  #switchPreset(preset, isOn) {
    const rule = this.#ruleOf(preset, this.store.records);
    return this.#change(() => (rule ? api.switchFault(rule.id, isOn) : api.addFault(preset.rule)));
  }

  /** The rule that a preset's switch made, recognised by what it says; a reason comes back as its whole text. */
  #ruleOf(preset, rules) {
    const { failure_reasons: texts } = this.context.store.about;
    const failing = preset.rule.fail_deliveries;
    const told = failing
      ? { ...preset.rule, fail_deliveries: { ...failing, reason: texts[failing.reason] } }
      : preset.rule;
    const wanted = canonical(told);
    return rules.find((rule) => canonical(rule.rule) === wanted);
  }

  async #change(work) {
    await this.context.attempt(work);
    await this.store.reload().catch(() => {});
  }
}

function toggle(onChange, name) {
  const input = h("input", {
    type: "checkbox",
    role: "switch",
    class: "switch",
    "aria-label": name,
    on: { change: () => onChange(input.checked) },
  });
  return input;
}

const jsonInOneLine = (value) => JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, " ");

/** JSON that does not depend on the order of names. */
function canonical(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${name}:${canonical(value[name])}`)}}`;
}

const capitalised = (sentence) => sentence.charAt(0).toUpperCase() + sentence.slice(1);

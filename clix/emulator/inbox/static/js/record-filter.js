/**
 * What somebody wants to see of a list: a text to search for, and one of a few filters.
 */

import { h, icon } from "./dom.js";

/** What can be searched of each record, once it was asked for. */
const searchTexts = new WeakMap();

export class RecordFilter {
  /**
   * `filters` are `{label, test}`, the first one without a test; `texts(record)` is what can be searched;
   * `onChange()` is called when something else is wanted, `onLeave()` when the keyboard goes on to the list.
   */
  constructor({ nouns, filters, texts, onChange, onLeave }) {
    this.filters = filters;
    this.texts = texts;
    this.onChange = onChange;
    this.onLeave = onLeave;
    this.filter = filters[0] ?? null;
    this.term = "";
    this.field = this.#field(`Search ${nouns}`);
    this.chips = filters.map((filter) => this.#chip(filter));
    this.element = h(
      "div",
      { class: "records-search" },
      filters.length > 0 && h("div", { class: "chips", role: "group", "aria-label": "Show" }, this.chips),
      h("label", { class: "search" }, icon("search"), this.field, h("kbd", { "aria-hidden": "true" }, "/")),
    );
  }

  /** Whether anything is left out. */
  get isNarrow() {
    return this.term !== "" || Boolean(this.filter?.test);
  }

  matches(record) {
    if (this.filter?.test && !this.filter.test(record)) return false;
    return !this.term || this.#searchText(record).includes(this.term);
  }

  search(term) {
    this.field.value = term;
    this.#setTerm(term);
  }

  /** Leaves nothing out. */
  reset() {
    if (this.filter) this.#choose(this.filters[0]);
    this.search("");
    this.field.focus();
  }

  focus() {
    this.field.focus();
    this.field.select();
  }

  #field(label) {
    return h("input", {
      type: "search",
      class: "search-input",
      placeholder: label,
      "aria-label": label,
      autocomplete: "off",
      spellcheck: "false",
      dir: "auto",
      on: { input: () => this.#setTerm(this.field.value), keydown: (event) => this.#onKey(event) },
    });
  }

  #chip(filter) {
    return h(
      "button",
      {
        type: "button",
        class: "chip",
        "aria-pressed": String(filter === this.filter),
        on: { click: () => this.#choose(filter) },
      },
      filter.label,
    );
  }

  #choose(filter) {
    this.filter = filter;
    for (const [index, chip] of this.chips.entries()) {
      chip.setAttribute("aria-pressed", String(this.filters[index] === filter));
    }
    this.onChange();
  }

  #setTerm(term) {
    this.term = term.trim().toLowerCase();
    this.onChange();
  }

  #onKey(event) {
    if (event.key === "ArrowDown") this.onLeave();
    else if (event.key === "Escape" && this.field.value) this.search("");
    else return;
    event.preventDefault();
  }

  #searchText(record) {
    let found = searchTexts.get(record);
    if (found === undefined) {
      found = this.texts(record).filter(Boolean).join("\n").toLowerCase();
      searchTexts.set(record, found);
    }
    return found;
  }
}

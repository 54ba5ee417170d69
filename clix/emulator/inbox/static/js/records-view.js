/**
 * A tab with records: a searchable list, and beside it (or, on narrow screens, above it) the details of one record.
 */

import { button, h, icon, iconButton, oncePerFrame, show } from "./dom.js";
import { count, plural } from "./format.js";
import { VirtualList } from "./virtual-list.js";

const ENOUGH_ROWS = 40;
const narrow = matchMedia("(max-width: 47.99rem)");

/** What somebody searches in, of each record, once it was asked for. */
const searchTexts = new WeakMap();

export class RecordsView {
  /**
   * `source` is a Log or Things; `belongs(record)` says whether a record is for this tab at all; `filters` are
   * `{label, test}`, the first one showing everything; `texts(record)` is what can be searched; `row`, `describe`
   * and `details` draw a record; `empty()` draws what to do when there is none; `header` and `stage` are elements
   * above the list and beside it; `noun` is what one record is called, `columns` what stands over wide rows.
   */
  constructor(context, options) {
    this.context = context;
    this.options = { belongs: () => true, filters: [], columns: [], header: null, chooser: null, stage: null, nouns: `${options.noun}s`, ...options };
    this.source = options.source;
    this.filter = this.options.filters[0] ?? null;
    this.term = "";
    this.openId = null;
    this.items = [];
    this.isVisible = false;
    this.emptyReason = "";
    this.#build();
    this.update = oncePerFrame(() => this.#update());
    this.source.onChange(this.update);
    narrow.addEventListener("change", () => this.#openDetails());
  }

  /** Shows the tab with the details of the record `id`, or of none. */
  enter(id) {
    const wasVisible = this.isVisible;
    this.isVisible = true;
    if (!wasVisible) this.#update();
    if (id === this.openId && wasVisible) return;
    this.openId = id;
    this.list.select(id);
    this.#openDetails();
  }

  /** Called when another tab is shown. */
  leave() {
    this.isVisible = false;
    this.openId = null;
    if (this.sheet.open) this.sheet.close();
  }

  /** Shows only what has a text in it. */
  search(term) {
    this.options.onSearch?.();
    this.searchField.value = term;
    this.#setTerm(term);
  }

  focusSearch() {
    this.searchField.focus();
    this.searchField.select();
  }

  #build() {
    const { title, noun, nouns, row, describe, key, columns, header, stage, filters } = this.options;
    this.list = new VirtualList({
      label: title,
      row,
      key,
      describe,
      onOpen: (item) => this.context.router.go(this.options.tab, key(item)),
      onNearEnd: () => this.#loadOlder(),
      onMove: (atTop) => atTop && show(this.newPill, false),
    });
    this.searchField = h("input", {
      type: "search",
      class: "search-input",
      placeholder: `Search ${nouns}`,
      "aria-label": `Search ${nouns}`,
      autocomplete: "off",
      spellcheck: "false",
      dir: "auto",
      on: { input: () => this.#setTerm(this.searchField.value), keydown: (event) => this.#onSearchKey(event) },
    });
    this.summary = h("p", { class: "records-summary", role: "status" });
    this.newPill = button(`New ${nouns}`, { symbol: "arrow-up", kind: "pill", hidden: true, onClick: () => this.list.scrollToTop() });
    this.emptyHost = h("div", { class: "records-empty", hidden: true });
    this.details = h("aside", { class: "details", "aria-label": `Details of the ${noun}`, hidden: true, tabindex: -1 });
    this.sheet = h("dialog", { class: "sheet", "aria-label": `Details of the ${noun}`, on: { close: () => this.#onSheetClosed() } });
    const heads = h("div", { class: "row-heads", "aria-hidden": "true" }, columns.map((column) => h("span", {}, column)));
    this.body = h("div", { class: "rows-host" }, columns.length > 0 && heads, this.list.element, this.newPill);
    this.searchBox = h(
      "div",
      { class: "records-search" },
      filters.length > 0 && this.#filterChips(),
      h("label", { class: "search" }, icon("search"), this.searchField, h("kbd", { "aria-hidden": "true" }, "/")),
    );
    this.main = h(
      "div",
      { class: "records-main" },
      h(
        "header",
        { class: "records-header" },
        h("div", { class: "records-title" }, h("h1", {}, title), this.summary),
        this.searchBox,
      ),
      header,
      this.body,
      this.emptyHost,
    );
    const classes = `records ${stage ? "has-stage" : ""} ${this.options.className ?? ""}`;
    this.element = h("div", { class: classes }, this.options.chooser, this.main, stage, this.details, this.sheet);
  }

  #filterChips() {
    const chips = this.options.filters.map((filter) =>
      h(
        "button",
        { type: "button", class: "chip", "aria-pressed": String(filter === this.filter), on: { click: () => this.#setFilter(filter) } },
        filter.label,
      ),
    );
    this.chips = chips;
    return h("div", { class: "chips", role: "group", "aria-label": "Show" }, chips);
  }

  #setFilter(filter) {
    this.filter = filter;
    this.chips.forEach((chip, index) => chip.setAttribute("aria-pressed", String(this.options.filters[index] === filter)));
    this.#refilter();
  }

  #setTerm(term) {
    this.term = term.trim().toLowerCase();
    this.#refilter();
  }

  #refilter() {
    this.list.element.scrollTop = 0;
    this.#update();
  }

  #onSearchKey(event) {
    if (event.key === "ArrowDown") this.list.element.focus();
    else if (event.key === "Escape" && this.searchField.value) this.search("");
    else return;
    event.preventDefault();
  }

  #update() {
    if (!this.isVisible) return;
    this.options.onUpdate?.();
    const before = this.items;
    this.items = this.source.records.filter((record) => this.#isWanted(record));
    const wasAtTop = this.list.isAtTop;
    this.list.show(this.items);
    this.#announceNew(before, wasAtTop);
    this.#showEmptiness();
    this.#showSummary();
    this.#refreshDetails();
    if (this.items.length < ENOUGH_ROWS) this.#loadOlder();
  }

  #isWanted(record) {
    if (!this.options.belongs(record) || (this.filter?.test && !this.filter.test(record))) return false;
    return !this.term || this.#searchText(record).includes(this.term);
  }

  #searchText(record) {
    let found = searchTexts.get(record);
    if (found === undefined) {
      found = this.options.texts(record).filter(Boolean).join("\n").toLowerCase();
      searchTexts.set(record, found);
    }
    return found;
  }

  #loadOlder() {
    this.source.loadOlder?.().catch((error) => this.context.complain(error));
  }

  #announceNew(before, wasAtTop) {
    const newest = before.at(-1);
    const added = newest === undefined ? 0 : this.items.length - 1 - this.items.lastIndexOf(newest);
    if (wasAtTop || added <= 0 || added === this.items.length) return;
    show(this.newPill, true);
  }

  #showEmptiness() {
    const isEmpty = this.source.isLoaded && this.items.length === 0;
    show(this.body, !isEmpty);
    this.element.classList.toggle("is-empty", isEmpty);
    show(this.searchBox, !isEmpty || this.#isNarrowedDown());
    const reason = isEmpty ? (this.#isNarrowedDown() ? "search" : "nothing") : "";
    if (reason !== this.emptyReason) this.emptyHost.replaceChildren(...this.#explain(reason));
    this.emptyReason = reason;
    show(this.emptyHost, isEmpty);
  }

  #explain(reason) {
    if (reason === "") return [];
    return [reason === "search" ? this.#nothingFound() : this.options.empty()];
  }

  #isNarrowedDown() {
    return this.term !== "" || Boolean(this.filter?.test);
  }

  #nothingFound() {
    const reset = () => {
      if (this.options.filters.length > 0) this.#setFilter(this.options.filters[0]);
      this.search("");
      this.searchField.focus();
    };
    return h(
      "div",
      { class: "empty" },
      h("h2", {}, "Nothing found"),
      h("p", {}, `No ${this.options.noun} matches. Try fewer letters, or look at everything.`),
      button("Show everything", { onClick: reset }),
    );
  }

  #showSummary() {
    const { noun, nouns, belongs } = this.options;
    const isPart = this.#isNarrowedDown();
    const all = isPart ? this.source.records.filter(belongs).length : this.items.length;
    const isAll = this.source.records.length >= this.source.total;
    const known = isAll ? plural(all, noun, nouns) : `newest ${count(all)}`;
    const summary = isPart ? `${count(this.items.length)} of ${isAll ? "" : "the "}${known}` : known;
    if (this.summary.textContent !== summary) this.summary.textContent = summary;
  }

  #record() {
    const { key } = this.options;
    return this.openId === null ? undefined : this.source.records.findLast((record) => String(key(record)) === this.openId);
  }

  #openDetails() {
    const isOpen = this.isVisible && this.openId !== null;
    this.shownRecord = isOpen ? this.#record() : undefined;
    const isSheet = isOpen && narrow.matches;
    this.element.classList.toggle("is-open", isOpen);
    this.options.onOpen?.(this.shownRecord ?? null);
    show(this.details, isOpen && !isSheet);
    this.details.replaceChildren();
    this.sheet.replaceChildren();
    if (isOpen) (isSheet ? this.sheet : this.details).replaceChildren(...this.#detailsContent());
    if (isSheet && !this.sheet.open) this.sheet.showModal();
    else if (!isSheet && this.sheet.open) this.sheet.close();
    this.details.scrollTop = 0;
  }

  /** A record that is still changing is drawn again; one that was not there yet may have come. */
  #refreshDetails() {
    if (this.openId !== null && this.#record() !== this.shownRecord) this.#openDetails();
  }

  #detailsContent() {
    const close = iconButton(narrow.matches ? "arrow-left" : "close", "Close the details", () => this.#close());
    const heading = h("h2", { class: "details-heading", tabindex: -1, autofocus: true }, this.options.detailsTitle);
    const content = this.shownRecord ? this.options.details(this.shownRecord) : this.#missing();
    return [h("header", { class: "details-header" }, heading, close), h("div", { class: "details-body" }, content)];
  }

  #missing() {
    return h("p", { class: "details-note" }, `This ${this.options.noun} is no longer among those that the emulator remembers.`);
  }

  #close() {
    this.context.router.go(this.options.tab);
    this.list.element.focus({ preventScroll: true });
  }

  #onSheetClosed() {
    if (this.isVisible && this.openId !== null && narrow.matches) this.#close();
  }
}

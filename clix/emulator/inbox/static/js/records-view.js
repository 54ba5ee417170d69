/**
 * A tab with records: a searchable list, and beside it (or, on narrow screens, above it) the details of one record.
 */

import { DetailsPane } from "./details-pane.js";
import { button, h, oncePerFrame, show } from "./dom.js";
import { count, plural } from "./format.js";
import { RecordFilter } from "./record-filter.js";
import { VirtualList } from "./virtual-list.js";

const ENOUGH_ROWS = 40;

export class RecordsView {
  /**
   * `source` is a Log or Things; `belongs(record)` says whether a record is for this tab at all; `filters` and
   * `texts` are those of RecordFilter; `row`, `describe` and `details` draw a record; `empty()` draws what to do
   * when there is none; `header` and `stage` are elements above the list and beside it; `noun` is what one record
   * is called, `columns` what stands over wide rows.
   */
  constructor(context, options) {
    this.context = context;
    this.options = {
      belongs: () => true,
      filters: [],
      columns: [],
      header: null,
      chooser: null,
      stage: null,
      nouns: `${options.noun}s`,
      ...options,
    };
    this.source = options.source;
    this.openId = null;
    this.items = [];
    this.isVisible = false;
    this.emptyReason = "";
    this.soughtId = null;
    this.#build();
    this.update = oncePerFrame(() => this.#update());
    this.source.onChange(this.update);
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
    if (id !== null && this.shownRecord === undefined) this.#lookUp(id);
  }

  /** Called when another tab is shown. */
  leave() {
    this.isVisible = false;
    this.openId = null;
    this.pane.close();
  }

  /** Takes the keyboard. */
  focus() {
    this.list.element.focus({ preventScroll: true });
  }

  focusSearch() {
    this.filter.focus();
  }

  /** Shows only what has a text in it. */
  search(term) {
    this.options.onSearch?.();
    this.filter.search(term);
  }

  #build() {
    const { title, noun, nouns, filters, texts, header, chooser, stage, className } = this.options;
    this.filter = new RecordFilter({
      nouns,
      filters,
      texts,
      onChange: () => this.#refilter(),
      onLeave: () => this.focus(),
    });
    this.pane = new DetailsPane({
      title: this.options.detailsTitle,
      label: `Details of the ${noun}`,
      draw: () => this.#drawDetails(),
      onClose: () => this.#close(),
    });
    this.summary = h("p", { class: "records-summary" });
    this.body = this.#buildBody();
    this.emptyHost = h("div", { class: "records-empty", hidden: true });
    const heading = h("div", { class: "records-title" }, h("h1", {}, title), this.summary);
    this.element = h(
      "div",
      {
        class: `records ${stage ? "has-stage" : ""} ${className ?? ""}`,
        on: { keydown: (event) => this.#onKey(event) },
      },
      chooser,
      h(
        "div",
        { class: "records-main" },
        h("header", { class: "records-header" }, heading, this.filter.element),
        header,
        this.body,
        this.emptyHost,
      ),
      stage,
      this.pane.element,
      this.pane.sheet,
    );
  }

  #buildBody() {
    const { tab, title, nouns, row, describe, key, columns } = this.options;
    this.list = new VirtualList({
      label: title,
      row,
      key,
      describe,
      onOpen: (item) => this.context.router.go(tab, key(item)),
      onNearEnd: () => this.#loadOlder(),
      onMove: (atTop) => atTop && show(this.newPill, false),
    });
    this.newPill = button(`New ${nouns}`, {
      symbol: "arrow-up",
      kind: "pill",
      hidden: true,
      onClick: () => this.list.scrollToTop(),
    });
    const heads = columns.map((column) => h("span", {}, column));
    return h(
      "div",
      { class: "rows-host" },
      heads.length > 0 && h("div", { class: "row-heads", "aria-hidden": "true" }, heads),
      this.list.element,
      this.newPill,
    );
  }

  #update() {
    if (!this.isVisible) return;
    this.options.onUpdate?.();
    const { belongs } = this.options;
    const before = this.items;
    const wasAtTop = this.list.isAtTop;
    this.items = this.source.records.filter((record) => belongs(record) && this.filter.matches(record));
    this.#showEmptiness();
    this.list.show(this.items);
    this.#offerNew(before, wasAtTop);
    this.#showSummary();
    this.#refreshDetails();
    if (this.items.length < ENOUGH_ROWS) this.#loadOlder();
  }

  #refilter() {
    this.list.element.scrollTop = 0;
    this.#update();
    this.context.speak(this.summary.textContent);
    this.source.search?.(this.filter.term).catch((error) => this.context.complain(error));
  }

  /** What somebody followed a link to may be older than what is here. */
  async #lookUp(id) {
    this.soughtId = id;
    this.#openDetails();
    await this.source.lookUp?.(id, this.options.key).catch((error) => this.context.complain(error));
    this.soughtId = null;
    if (this.openId === id && this.shownRecord === undefined) this.#openDetails();
  }

  #loadOlder() {
    this.source.loadOlder?.().catch((error) => this.context.complain(error));
  }

  /** Offers the way up to somebody who reads further down while new records arrive. */
  #offerNew(before, wasAtTop) {
    const newest = before.at(-1);
    const added = newest === undefined ? 0 : this.items.length - 1 - this.items.lastIndexOf(newest);
    if (!wasAtTop && added > 0 && added < this.items.length) show(this.newPill, true);
  }

  #showEmptiness() {
    const isEmpty = this.source.isLoaded && this.items.length === 0;
    const reason = isEmpty ? (this.filter.isNarrow ? "search" : "nothing") : "";
    show(this.body, !isEmpty);
    show(this.emptyHost, isEmpty);
    show(this.filter.element, reason !== "nothing");
    this.element.classList.toggle("is-empty", isEmpty);
    if (reason === this.emptyReason) return;
    this.emptyReason = reason;
    this.emptyHost.replaceChildren(...this.#explain(reason));
  }

  #explain(reason) {
    if (reason === "") return [];
    return [reason === "search" ? this.#nothingFound() : this.options.empty()];
  }

  #nothingFound() {
    return h(
      "div",
      { class: "empty" },
      h("h2", {}, "Nothing found"),
      h("p", {}, `No ${this.options.noun} matches. Try fewer letters, or look at everything.`),
      button("Show everything", { onClick: () => this.filter.reset() }),
    );
  }

  #showSummary() {
    const { noun, nouns, belongs } = this.options;
    const { records, total } = this.source;
    const isWhole = records.length >= total;
    const all = this.filter.isNarrow ? records.filter(belongs).length : this.items.length;
    const known = isWhole ? plural(all, noun, nouns) : `newest ${count(all)}`;
    const part = `${count(this.items.length)} of ${isWhole ? known : `the ${known}`}`;
    const summary = this.filter.isNarrow ? part : known;
    if (this.summary.textContent !== summary) this.summary.textContent = summary;
  }

  #record() {
    if (this.openId === null) return undefined;
    const { key } = this.options;
    return this.source.records.findLast((record) => String(key(record)) === this.openId);
  }

  #openDetails(options) {
    const isOpen = this.isVisible && this.openId !== null;
    this.shownRecord = isOpen ? this.#record() : undefined;
    this.element.classList.toggle("is-open", isOpen);
    this.options.onOpen?.(this.shownRecord ?? null);
    if (isOpen) this.pane.open(options);
    else this.pane.close();
  }

  /** A record that has changed is drawn again; one that was not there yet may have come. */
  #refreshDetails() {
    if (this.openId === null) return;
    const record = this.#record();
    if (record === this.shownRecord || JSON.stringify(record) === JSON.stringify(this.shownRecord)) return;
    this.#openDetails({ keepPlace: true });
  }

  #drawDetails() {
    const { noun, details } = this.options;
    if (this.shownRecord) return details(this.shownRecord);
    const isSought = this.soughtId === this.openId;
    const missing = `This ${noun} is not among those that the emulator remembers.`;
    return h("p", { class: "details-note" }, isSought ? "Looking for it …" : missing);
  }

  #close() {
    this.context.router.go(this.options.tab);
    this.focus();
  }

  #onKey(event) {
    if (event.key !== "Escape" || event.defaultPrevented || this.openId === null) return;
    event.preventDefault();
    this.#close();
  }
}

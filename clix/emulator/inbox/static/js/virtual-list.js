/**
 * A list of any length of which only the visible rows are in the document, newest on top.
 *
 * To assistive technology it is a listbox: one stop in the tab order, arrow keys move, Enter opens. All rows are
 * equally high; the height is the style sheet's `--row-height`, so that it can follow the width of the list.
 */

import { h, oncePerFrame } from "./dom.js";

const OVERSCAN_ROWS = 6;
const NEARLY_AT_THE_END_ROWS = 20;

export class VirtualList {
  /**
   * `row(item)` draws an item, `key(item)` tells items apart, `describe(item)` names one to screen readers;
   * `onOpen(item)` is called when one is chosen, `onNearEnd()` when more items would be welcome, `onMove(atTop)`
   * when somebody scrolled.
   */
  constructor({ label, row, key, describe, onOpen, onNearEnd, onMove }) {
    this.options = { row, key, describe, onOpen, onNearEnd, onMove };
    this.items = [];
    this.shown = new Map();
    this.activeKey = null;
    this.selectedKey = null;
    this.rowHeight = 1;
    this.label = label;
    this.created = 0;
    this.canvas = h("div", { class: "rows-canvas", role: "presentation" });
    this.element = h(
      "div",
      { class: "rows", role: "listbox", tabindex: 0, "aria-label": label },
      this.canvas,
    );
    this.draw = oncePerFrame(() => this.#draw());
    this.#listen();
  }

  get isAtTop() {
    return this.element.scrollTop < this.rowHeight / 2;
  }

  /** Shows items, given oldest first. What somebody is looking at stays where it is. */
  show(items) {
    const anchor = this.isAtTop ? null : this.#keyAtTop();
    const offset = this.element.scrollTop % this.rowHeight;
    this.items = items;
    this.#resize();
    if (anchor !== null) this.#scrollBackTo(anchor, offset);
    this.#draw();
  }

  /** Marks an item as the one whose details are open; null for none. */
  select(key) {
    this.selectedKey = key;
    if (key !== null) this.activeKey = key;
    this.draw();
  }

  /** Draws every row again, for when their looks have changed. */
  refresh() {
    for (const element of this.shown.values()) element.remove();
    this.shown.clear();
    this.draw();
  }

  scrollToTop() {
    this.element.scrollTo({ top: 0, behavior: "smooth" });
  }

  /** The item that is `steps` rows below (or above) the one with a key. */
  neighbour(key, steps) {
    const row = this.#rowOf(key);
    return row < 0 ? undefined : this.#itemAt(row + steps);
  }

  #listen() {
    this.element.addEventListener("scroll", () => {
      this.options.onMove?.(this.isAtTop);
      this.draw();
    });
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.element.addEventListener("focus", () => {
      if (this.activeKey === null && this.items.length > 0) this.#activate(0);
    });
    this.canvas.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.#open(this.#itemAt(Number(row.dataset.row)));
    });
    new ResizeObserver(() => {
      this.#resize();
      this.draw();
    }).observe(this.element);
  }

  #onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.rowHeight) - 1);
    const row = this.#rowOf(this.activeKey);
    const moves = {
      ArrowDown: row + 1,
      ArrowUp: row - 1,
      PageDown: row + page,
      PageUp: row - page,
      Home: 0,
      End: this.items.length - 1,
    };
    if (event.key in moves) this.#activate(moves[event.key]);
    else if (event.key === "Enter" || event.key === " ") this.#open(this.#itemAt(row));
    else return;
    event.preventDefault();
  }

  #activate(wanted) {
    if (this.items.length === 0) return;
    const row = Math.max(0, Math.min(this.items.length - 1, wanted));
    this.activeKey = this.options.key(this.#itemAt(row));
    const top = row * this.rowHeight;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + this.rowHeight > scrollTop + clientHeight)
      this.element.scrollTop = top + this.rowHeight - clientHeight;
    this.#draw();
  }

  #open(item) {
    if (item === undefined) return;
    this.activeKey = this.options.key(item);
    this.options.onOpen(item);
  }

  /** Newest first: row 0 is the last item. */
  #itemAt(row) {
    return this.items[this.items.length - 1 - row];
  }

  #rowOf(key) {
    if (key === null) return -1;
    for (let index = this.items.length - 1; index >= 0; index -= 1) {
      if (this.options.key(this.items[index]) === key) return this.items.length - 1 - index;
    }
    return -1;
  }

  #keyAtTop() {
    const item = this.#itemAt(Math.floor(this.element.scrollTop / this.rowHeight));
    return item === undefined ? null : this.options.key(item);
  }

  #scrollBackTo(key, offset) {
    const row = this.#rowOf(key);
    if (row >= 0) this.element.scrollTop = row * this.rowHeight + offset;
  }

  #resize() {
    this.rowHeight = Number.parseFloat(getComputedStyle(this.canvas).getPropertyValue("--row-height")) || 64;
    this.canvas.style.height = `${this.items.length * this.rowHeight}px`;
  }

  #draw() {
    if (this.element.clientHeight === 0) return;
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / this.rowHeight) - OVERSCAN_ROWS);
    const last = Math.min(
      this.items.length,
      Math.ceil((scrollTop + clientHeight) / this.rowHeight) + OVERSCAN_ROWS,
    );
    const gone = new Map(this.shown);
    let previous = null;
    for (let row = first; row < last; row += 1) {
      const element = this.#place(row);
      gone.delete(element.dataset.key);
      if (previous ? previous.nextSibling !== element : this.canvas.firstChild !== element) {
        this.canvas.insertBefore(element, previous ? previous.nextSibling : this.canvas.firstChild);
      }
      previous = element;
    }
    for (const [key, element] of gone) {
      element.remove();
      this.shown.delete(key);
    }
    this.#pointAtActive();
    if (last > this.items.length - NEARLY_AT_THE_END_ROWS) this.options.onNearEnd?.();
  }

  #place(row) {
    const item = this.#itemAt(row);
    const key = String(this.options.key(item));
    let element = this.shown.get(key);
    if (element?.item !== item) {
      element?.remove();
      element = this.#create(item, key);
      this.shown.set(key, element);
    }
    element.dataset.row = row;
    element.style.transform = `translateY(${row * this.rowHeight}px)`;
    element.setAttribute("aria-posinset", row + 1);
    element.setAttribute("aria-setsize", this.items.length);
    element.setAttribute(
      "aria-selected",
      String(this.selectedKey !== null && key === String(this.selectedKey)),
    );
    element.classList.toggle("is-active", this.activeKey !== null && key === String(this.activeKey));
    return element;
  }

  #create(item, key) {
    const element = h(
      "div",
      {
        class: "row",
        role: "option",
        id: this.#newId(),
        data: { key },
        "aria-label": this.options.describe(item),
      },
      this.options.row(item),
    );
    element.item = item;
    return element;
  }

  /** Keys are whatever people call their users: no ground to build an id on. */
  #newId() {
    this.created += 1;
    return `${this.label.toLowerCase().replace(/\W+/g, "-")}-row-${this.created}`;
  }

  #pointAtActive() {
    const active = this.activeKey === null ? null : this.shown.get(String(this.activeKey));
    if (active) this.element.setAttribute("aria-activedescendant", active.id);
    else this.element.removeAttribute("aria-activedescendant");
  }
}

/**
 * Where details are shown: beside the list, or over everything where the window is narrow.
 */

import { h, iconButton, show } from "./dom.js";

const narrow = matchMedia("(max-width: 47.99rem)");

export class DetailsPane {
  /** `draw()` draws the content; `onClose()` is called when somebody closes the pane. */
  constructor({ title, label, draw, onClose }) {
    this.title = title;
    this.draw = draw;
    this.onClose = onClose;
    this.isOpen = false;
    this.element = h("aside", { class: "details", "aria-label": label, hidden: true });
    this.sheet = h("dialog", {
      class: "sheet",
      "aria-label": label,
      on: { close: () => this.#onSheetClosed() },
    });
    narrow.addEventListener("change", () => this.isOpen && this.open());
  }

  /** Shows the content, or shows it anew. */
  open({ keepPlace = false } = {}) {
    this.isOpen = true;
    const isSheet = narrow.matches;
    const place = isSheet ? this.sheet : this.element;
    const other = isSheet ? this.element : this.sheet;
    const top = keepPlace ? place.scrollTop : 0;
    other.replaceChildren();
    place.replaceChildren(this.#header(isSheet), h("div", { class: "details-body" }, this.draw()));
    show(this.element, !isSheet);
    if (isSheet && !this.sheet.open) this.sheet.showModal();
    if (!isSheet && this.sheet.open) this.sheet.close();
    place.scrollTop = top;
  }

  close() {
    this.isOpen = false;
    show(this.element, false);
    if (this.sheet.open) this.sheet.close();
  }

  #header(isSheet) {
    const heading = h("h2", { class: "details-heading", tabindex: -1, autofocus: true }, this.title);
    const close = iconButton(isSheet ? "arrow-left" : "close", "Close the details", () => this.onClose());
    return h("header", { class: "details-header" }, heading, close);
  }

  /** Escape closes a dialog without asking. */
  #onSheetClosed() {
    if (this.isOpen && narrow.matches) this.onClose();
  }
}

/**
 * The list of tabs: arrow keys, Home and End move and select, as screen readers expect of tabs.
 */

export class Tabs {
  /** `tablist` holds elements of the role tab, each with `data-tab`; `onSelect(name)` is called when one is chosen. */
  constructor(tablist, onSelect) {
    this.tablist = tablist;
    this.tabs = [...tablist.querySelectorAll("[role=tab]")];
    this.onSelect = onSelect;
    tablist.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) onSelect(tab.dataset.tab);
    });
    tablist.addEventListener("keydown", (event) => this.#onKey(event));
    const isColumn = matchMedia("(min-width: 64rem)");
    const orient = () =>
      tablist.setAttribute("aria-orientation", isColumn.matches ? "vertical" : "horizontal");
    isColumn.addEventListener("change", orient);
    orient();
    tablist.addEventListener("scroll", () => this.#hintAtMore());
    new ResizeObserver(() => this.#hintAtMore()).observe(tablist);
  }

  /** Shows which tab is selected, and only its panel. */
  select(name) {
    for (const tab of this.tabs) {
      const isSelected = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !isSelected;
      if (isSelected) this.#bringIntoSight(tab);
    }
  }

  /** Puts a small text beside a tab's name. */
  badge(name, label) {
    const tab = this.tabs.find((candidate) => candidate.dataset.tab === name);
    const badge = tab.querySelector(".tab-badge");
    if (badge.textContent !== label) badge.textContent = label;
  }

  /** The style sheet lets the ends of the strip fade where more tabs are. */
  #hintAtMore() {
    const { scrollLeft, scrollWidth, clientWidth } = this.tablist;
    this.tablist.classList.toggle("more-before", scrollLeft > 1);
    this.tablist.classList.toggle("more-after", scrollLeft + clientWidth < scrollWidth - 1);
  }

  /** Only the strip of tabs scrolls, never the page. */
  #bringIntoSight(tab) {
    const { tablist } = this;
    const left = tab.offsetLeft - tablist.offsetLeft;
    if (left < tablist.scrollLeft || left + tab.offsetWidth > tablist.scrollLeft + tablist.clientWidth) {
      tablist.scrollLeft = left - (tablist.clientWidth - tab.offsetWidth) / 2;
    }
  }

  #onKey(event) {
    const index = this.tabs.indexOf(document.activeElement);
    const moves = {
      ArrowDown: index + 1,
      ArrowRight: index + 1,
      ArrowUp: index - 1,
      ArrowLeft: index - 1,
      Home: 0,
      End: -1,
    };
    if (index < 0 || !(event.key in moves) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const tab = this.tabs.at(moves[event.key] % this.tabs.length);
    this.onSelect(tab.dataset.tab);
    tab.focus();
  }
}

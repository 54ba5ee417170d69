/**
 * Where the page is: `#/requests/<id>` is the tab "requests" with the details of one record open.
 */

export class Router extends EventTarget {
  constructor(tabs, first) {
    super();
    this.tabs = tabs;
    this.first = first;
    addEventListener("popstate", () => this.dispatchEvent(new Event("change")));
  }

  /** The place as it is now: `{tab, id}`; no id means that nothing is open. */
  get place() {
    const [, tab, ...rest] = location.hash.slice(1).split("/");
    const id = rest.length > 0 ? decode(rest.join("/")) : null;
    return this.tabs.includes(tab) ? { tab, id: id || null } : { tab: this.first, id: null };
  }

  /** Goes somewhere. Opening a record next to an open one does not lengthen the way back. */
  go(tab, id = null) {
    const before = this.place;
    if (before.tab === tab && before.id === id) return;
    const hash = id === null ? `#/${tab}` : `#/${tab}/${encodeURIComponent(id)}`;
    if (before.tab === tab && before.id !== null) history.replaceState(null, "", hash);
    else history.pushState(null, "", hash);
    this.dispatchEvent(new Event("change"));
  }
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

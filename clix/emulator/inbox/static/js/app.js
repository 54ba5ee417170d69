/**
 * The page: its tabs, its data, and what the tabs share.
 */

import { show } from "./dom.js";
import * as examples from "./examples.js";
import { count, plural } from "./format.js";
import { Live } from "./live.js";
import * as preferences from "./preferences.js";
import { Router } from "./router.js";
import { SendDialog } from "./send-dialog.js";
import { connectSettings } from "./settings.js";
import { Store } from "./store.js";
import { Tabs } from "./tabs.js";
import { campaignsView } from "./views/campaigns.js";
import { devicesView } from "./views/devices.js";
import { eventsView } from "./views/events.js";
import { faultsView } from "./views/faults.js";
import { activitiesView, inboxView } from "./views/messages.js";
import { requestsView } from "./views/requests.js";
import { usersView } from "./views/users.js";
import { webhooksView } from "./views/webhooks.js";

const VIEWS = {
  inbox: inboxView,
  activities: activitiesView,
  users: usersView,
  devices: devicesView,
  events: eventsView,
  campaigns: campaignsView,
  requests: requestsView,
  webhooks: webhooksView,
  faults: faultsView,
};
const ANNOUNCEMENT_MILLISECONDS = 4_000;
const SPEECH_MILLISECONDS = 400;
const byId = (id) => document.getElementById(id);

class App {
  constructor() {
    this.store = new Store();
    this.isStatic = new URLSearchParams(location.search).get("static") === "1";
    this.networkImages = preferences.networkImages();
    this.router = new Router(Object.keys(VIEWS), "inbox");
    this.tabs = new Tabs(byId("tabs"), (tab) => this.router.go(tab));
    this.views = {};
    this.clockOffset = 0;
    this.announcedNumber = null;
    this.live = new Live(this.store);
  }

  /** Loads everything, shows it, and follows the stream unless the page is to stand still. */
  async start() {
    this.#listen();
    if (this.isStatic) await this.store.load();
    else await this.#follow();
    this.#keepTime();
    this.sendDialog = new SendDialog(this);
    for (const [name, create] of Object.entries(VIEWS)) {
      this.views[name] = create(this);
      byId(`panel-${name}`).append(this.views[name].element);
    }
    this.router.addEventListener("change", () => this.#enter());
    this.#enter();
    this.#showCounts();
    this.announcedNumber = this.store.messages.newest?.number ?? 0;
    if (this.isStatic) this.#standStill();
    document.documentElement.dataset.ready = "";
  }

  #standStill() {
    this.store.connection.set("static");
    this.store.messages.loadAll().catch((error) => this.complain(error));
  }

  /** The stream first and the lists then: so nothing falls between them. */
  #follow() {
    this.live.open();
    return this.live.caughtUp;
  }

  /** The emulator's time in milliseconds. It stands still on a page that does. */
  now() {
    return this.isStatic ? new Date(this.store.stats.value.now).getTime() : Date.now() + this.clockOffset;
  }

  openSendDialog(about) {
    this.sendDialog?.open(about);
  }

  /** Looks for a text in the inbox. */
  searchInbox(term) {
    this.router.go("inbox");
    this.views.inbox.search(term);
  }

  /** A page that stands still looks again after it changed something itself. */
  afterSend() {
    if (this.isStatic) this.store.load().catch((error) => this.complain(error));
  }

  setNetworkImages(isAllowed) {
    preferences.setNetworkImages(isAllowed);
  }

  /** Does something that may fail, and says so if it does. */
  async attempt(work) {
    try {
      await work();
    } catch (error) {
      this.complain(error);
    }
    this.afterSend();
  }

  addPhones() {
    return this.attempt(async () => {
      await examples.addPhones(this.store.about.environment);
      this.announce(`Two phones of ${examples.EXAMPLE_USER} are registered.`);
    });
  }

  /** Gives a target without a device its phones, and sends to it again. */
  cure(message) {
    return this.attempt(async () => {
      await examples.cure(this.store.about.environment, message);
      this.announce("Phones registered, and sent again.");
    });
  }

  startExampleActivity() {
    return this.attempt(() => examples.startActivity(this.store.about.environment));
  }

  defineExampleCampaign() {
    return this.attempt(() => examples.defineCampaign(this.store.about.environment));
  }

  triggerCampaign(id) {
    return this.attempt(() => examples.triggerCampaign(this.store.about.environment, id));
  }

  /** Shows a sentence for a moment; screen readers say it. */
  announce(sentence, kind = "") {
    const toast = byId("toast");
    toast.textContent = sentence;
    toast.className = `toast ${kind}`;
    show(toast, true);
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => show(toast, false), ANNOUNCEMENT_MILLISECONDS);
  }

  /** Says something to screen readers alone; the last of several sentences. */
  speak(sentence) {
    clearTimeout(this.speakTimer);
    this.speakTimer = setTimeout(() => {
      byId("speech").textContent = sentence;
    }, SPEECH_MILLISECONDS);
  }

  complain(error) {
    this.announce(error.message, "bad");
  }

  #listen() {
    const { store } = this;
    store.connection.onChange(() => this.#showConnection());
    store.stats.onChange(() => {
      this.clockOffset = new Date(store.stats.value.now).getTime() - Date.now();
      this.#showCounts();
      if (this.views.webhooks?.isVisible && !this.isStatic) store.posts.reload().catch(() => {});
    });
    store.messages.onChange(() => {
      this.#countMessages();
      this.#announceMessages();
    });
    byId("send").addEventListener("click", () => this.openSendDialog());
    byId("retry").addEventListener("click", () => this.live.open());
    document.addEventListener("keydown", (event) => this.#onKey(event));
    connectSettings(this);
  }

  #onKey(event) {
    const isTyping = event.target.closest?.("input, textarea, select");
    if (
      event.key !== "/" ||
      isTyping ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      document.querySelector("dialog[open]")
    )
      return;
    event.preventDefault();
    this.views[this.router.place.tab]?.focusSearch();
  }

  /** Shows the tab and the record of the router's place; who came by a link that is gone now is led to the list. */
  #enter() {
    const { tab, id } = this.router.place;
    const before = document.activeElement;
    this.tabs.select(tab);
    for (const [name, view] of Object.entries(this.views)) if (name !== tab) view.leave();
    this.views[tab].enter(id);
    if (before !== document.body && !before.checkVisibility()) this.views[tab].focus();
  }

  /** "4m ago" grows older although nothing happens. */
  #keepTime() {
    if (!this.isStatic) setInterval(() => this.views[this.router.place.tab].update?.(), 20_000);
  }

  #showConnection() {
    const state = this.store.connection.value;
    document.documentElement.dataset.connection = state;
    byId("connection").textContent = {
      connecting: "Connecting",
      live: "Live",
      lost: "Connection lost",
      static: "Not live",
    }[state];
    show(byId("lost"), state === "lost");
  }

  #showCounts() {
    const stats = this.store.stats.value;
    if (!stats) return;
    for (const name of ["users", "devices", "events", "requests"])
      this.tabs.badge(name, stats[name] ? count(stats[name]) : "");
    this.tabs.badge("campaigns", stats.triggers ? count(stats.triggers) : "");
    this.tabs.badge("faults", stats.faults ? `${count(stats.faults)} on` : "");
  }

  #countMessages() {
    const { records } = this.store.messages;
    const pushes = records.reduce((sum, message) => sum + (message.kind === "push"), 0);
    this.tabs.badge("inbox", pushes ? count(pushes) : "");
    this.tabs.badge("activities", records.length > pushes ? count(records.length - pushes) : "");
  }

  /** Tells screen readers of new messages, at most every few seconds. */
  #announceMessages() {
    if (this.announcedNumber === null || this.countTimer) return;
    this.countTimer = setTimeout(() => {
      this.countTimer = null;
      const newest = this.store.messages.newest?.number ?? 0;
      const added = newest - this.announcedNumber;
      this.announcedNumber = newest;
      if (added > 0) this.speak(plural(added, "new message"));
    }, ANNOUNCEMENT_MILLISECONDS);
  }
}

if (!preferences.recallNetworkImages()) new App().start();

/**
 * The live stream: what is new goes into the store, and the store's gaps are closed after a lost connection.
 */

import { STREAM_ADDRESS, list } from "./api.js";

const RECONNECT_SECONDS = [1, 2, 4, 8, 15];
const SILENCE_MILLISECONDS = 5_000;
const RECENT_TRIGGERS = 100;

/** Keeps a store up to date for as long as the page is open. */
export class Live {
  constructor(store) {
    this.store = store;
    this.source = null;
    this.startedAt = null;
    this.stateRevision = null;
    this.faultsRevision = null;
    this.failures = 0;
    this.timer = null;
    /** Fulfilled once everything was fetched for the first time. */
    this.caughtUp = new Promise((resolve) => {
      this.resolveCaughtUp = resolve;
    });
  }

  /** Opens the stream; it opens itself again whenever it is lost. */
  open() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = new EventSource(STREAM_ADDRESS);
    this.source.addEventListener("update", (event) => this.#receive(JSON.parse(event.data)));
    this.source.addEventListener("error", () => this.#lose());
    this.#expectSignsOfLife();
  }

  #receive(update) {
    this.failures = 0;
    this.#expectSignsOfLife();
    if (this.startedAt !== update.started_at || this.store.connection.value !== "live") this.#catchUp(update);
    else this.#apply(update);
    this.store.stats.set(update.stats);
  }

  /** The first update after a connection: nobody knows what was missed, so look at everything. */
  #catchUp(update) {
    this.startedAt = update.started_at;
    this.#rememberRevisions(update);
    this.store.connection.set("live");
    this.store.load().then(this.resolveCaughtUp, () => this.#lose());
  }

  #apply(update) {
    for (const log of this.store.logs) this.#extend(log, update);
    if (update.state_revision !== this.stateRevision) {
      this.store.users.refresh();
      this.store.devices.refresh();
      this.store.campaigns.refresh();
    }
    if (update.faults_revision !== this.faultsRevision) this.store.faults.refresh();
    this.#rememberRevisions(update);
    this.#refreshUnfinishedTriggers();
    this.#refreshFaultCounters(update);
    this.#completeMessages(update);
  }

  /** A count that went down means that somebody emptied the log, or with the requests everything. */
  #extend(log, update) {
    const before = this.store.stats.value;
    const wasEmptied = ["requests", log.kind].some((kind) => update.stats[kind] < before[kind]);
    if (wasEmptied) log.reload().catch(() => log.refresh());
    else if (!log.append(update[log.kind])) log.refresh();
  }

  /** The counts of a trigger grow while its campaign is delivered. */
  #refreshUnfinishedTriggers() {
    const { triggers } = this.store;
    if (!triggers.records.some((trigger) => !trigger.is_finished)) return;
    list("triggers", { limit: RECENT_TRIGGERS })
      .then(({ records }) => triggers.replace(records))
      .catch(() => {});
  }

  #refreshFaultCounters(update) {
    if (update.requests.some((request) => request.fault)) this.store.faults.refresh();
  }

  /** All messages are kept here, to be counted and searched; they are fetched while there is nothing else to do. */
  #completeMessages(update) {
    if (update.messages.length === 0) this.store.messages.loadAll().catch(() => {});
  }

  #rememberRevisions(update) {
    this.stateRevision = update.state_revision;
    this.faultsRevision = update.faults_revision;
  }

  #expectSignsOfLife() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#lose(), SILENCE_MILLISECONDS);
  }

  #lose() {
    this.source.close();
    clearTimeout(this.timer);
    const seconds = RECONNECT_SECONDS[Math.min(this.failures, RECONNECT_SECONDS.length - 1)];
    this.failures += 1;
    this.store.connection.set("lost");
    this.timer = setTimeout(() => this.open(), seconds * 1_000);
  }
}

/**
 * What the page knows: bounded logs of what happened, and lists of what there is.
 */

import * as api from "./api.js";

const PAGE = 1_000;
const MOST_RECORDS = 20_000;
const MOST_THINGS = 2_000;
const MOST_FOUND = 500;
const REFRESH_MILLISECONDS = 1_000;

/** Anything that tells listeners when it changed. */
class Observable extends EventTarget {
  changed() {
    this.dispatchEvent(new Event("change"));
  }

  onChange(listener) {
    this.addEventListener("change", listener);
  }
}

/**
 * The newest records of one kind without gaps, oldest first. Older ones are fetched when somebody scrolls there.
 */
export class Log extends Observable {
  constructor(kind) {
    super();
    this.kind = kind;
    this.records = [];
    this.total = 0;
    this.isComplete = false;
    this.isLoaded = false;
    this.arrived = null;
    this.fetching = null;
    this.completing = null;
    this.timer = null;
  }

  get newest() {
    return this.records.at(-1) ?? null;
  }

  /** Begins anew with the newest page, and with what arrives while it is fetched. */
  async reload() {
    const arrived = (this.arrived = []);
    const { records, total } = await api.list(this.kind, { limit: PAGE });
    if (arrived !== this.arrived) return;
    this.arrived = null;
    this.records = records.reverse();
    this.total = total;
    this.isComplete = this.records.length >= total;
    this.isLoaded = true;
    this.append(arrived);
    this.changed();
  }

  /** Begins anew soon: whoever sends so fast that records are missing will go on for a while. */
  refresh() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.reload().catch(() => this.refresh());
    }, REFRESH_MILLISECONDS);
  }

  /** Fetches the page before the oldest record that is here; says whether there was any. */
  loadOlder() {
    if (this.isComplete || !this.isLoaded || this.records.length >= MOST_RECORDS)
      return Promise.resolve(false);
    this.fetching ??= this.#fetchOlder().finally(() => {
      this.fetching = null;
    });
    return this.fetching;
  }

  /** Fetches all older pages, one after the other. */
  loadAll() {
    this.completing ??= this.#complete().finally(() => {
      this.completing = null;
    });
    return this.completing;
  }

  /** Fetches older pages until the record with an id is here, or nothing is left. */
  async lookUp(id, idOf) {
    while (!this.records.some((record) => idOf(record) === id) && (await this.loadOlder()));
  }

  /** Takes in new records, oldest first; says whether some between are missing. */
  append(records) {
    const fresh = this.newest ? records.filter((record) => record.number > this.newest.number) : records;
    if (fresh.length === 0) return true;
    if (this.newest && fresh[0].number !== this.newest.number + 1) return false;
    this.records.push(...fresh);
    this.arrived?.push(...fresh);
    this.total += fresh.length;
    if (this.records.length > MOST_RECORDS) {
      this.records.splice(0, this.records.length - MOST_RECORDS);
      this.isComplete = false;
    }
    this.changed();
    return true;
  }

  /** Puts newer versions of records in their places. */
  replace(records) {
    for (const record of records) {
      const index = this.records.length - 1 - ((this.newest?.number ?? 0) - record.number);
      if (this.records[index]?.number === record.number) this.records[index] = record;
    }
    this.changed();
  }

  async #complete() {
    while (await this.loadOlder());
  }

  async #fetchOlder() {
    const first = this.records[0]?.number;
    const { records } = await api.list(this.kind, { limit: PAGE, before: first });
    if (this.records[0]?.number !== first) return true;
    this.records.unshift(...records.reverse());
    this.isComplete = records.length < PAGE;
    this.changed();
    return records.length > 0;
  }
}

/**
 * All things of one kind as they are now, fetched again while they change. Of very many these are the newest, and those
 * that somebody asked for.
 */
export class Things extends Observable {
  constructor(kind, idField) {
    super();
    this.kind = kind;
    this.idField = idField;
    this.records = [];
    this.byId = new Map();
    this.total = 0;
    this.isLoaded = false;
    this.isStale = false;
    this.wanted = null;
    this.timer = null;
  }

  /** Fetches now. */
  async reload() {
    this.isStale = false;
    const { records, total } = await api.list(this.kind, { limit: MOST_THINGS });
    this.#keep(records.reverse());
    this.total = total;
    this.isLoaded = true;
    await this.#fetchWanted();
    this.changed();
  }

  /** Fetches what has a text in it, unless everything is here. */
  search(term) {
    return this.#want(term ? { q: term, limit: MOST_FOUND } : null);
  }

  /** Fetches the one with an id, unless it is here. */
  lookUp(id) {
    return this.#want({ [this.idField]: id, limit: 1 });
  }

  /** Fetches soon: changes come in bursts. */
  refresh() {
    this.isStale = true;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      if (this.isStale) this.reload().catch(() => this.refresh());
    }, REFRESH_MILLISECONDS);
  }

  async #want(query) {
    this.wanted = query;
    if (await this.#fetchWanted()) this.changed();
  }

  /** Puts what is wanted before the others, which are newer; says whether there was any. */
  async #fetchWanted() {
    const { wanted } = this;
    if (wanted === null || this.records.length >= this.total) return false;
    const { records } = await api.list(this.kind, wanted);
    const others = records.filter((record) => !this.byId.has(record[this.idField]));
    if (wanted !== this.wanted || others.length === 0) return false;
    this.#keep([...others.reverse(), ...this.records]);
    return true;
  }

  #keep(records) {
    this.records = records;
    this.byId = new Map(records.map((record) => [record[this.idField], record]));
  }
}

/** The posts of webhooks, and their receivers. They are not part of the stream: whoever looks at them asks. */
export class Posts extends Observable {
  constructor() {
    super();
    this.records = [];
    this.receivers = [];
    this.total = 0;
    this.isLoaded = false;
  }

  async reload() {
    const { webhooks, posts, total } = await api.webhooks();
    const isSame = this.isLoaded && total === this.total && posts[0]?.number === this.records.at(-1)?.number;
    this.receivers = webhooks;
    if (!isSame) this.records = posts.reverse();
    this.total = total;
    this.isLoaded = true;
    this.changed();
  }
}

/** A single value, such as the counters. */
export class Value extends Observable {
  constructor(value) {
    super();
    this.value = value;
  }

  set(value) {
    this.value = value;
    this.changed();
  }
}

/** Everything that the page knows. */
export class Store {
  constructor() {
    this.about = null;
    this.messages = new Log("messages");
    this.events = new Log("events");
    this.triggers = new Log("triggers");
    this.requests = new Log("requests");
    this.users = new Things("users", "user_id");
    this.devices = new Things("devices", "id");
    this.campaigns = new Things("campaigns", "id");
    this.faults = new Things("faults", "id");
    this.posts = new Posts();
    this.stats = new Value(null);
    this.connection = new Value("connecting");
  }

  get logs() {
    return [this.messages, this.events, this.triggers, this.requests];
  }

  get things() {
    return [this.users, this.devices, this.campaigns, this.faults];
  }

  /** Fetches everything. */
  async load() {
    const [about, stats] = await Promise.all([
      api.about(),
      api.stats(),
      ...[...this.logs, ...this.things, this.posts].map((part) => part.reload()),
    ]);
    this.about = about;
    this.stats.set(stats);
  }
}

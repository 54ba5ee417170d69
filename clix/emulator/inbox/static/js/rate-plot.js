/**
 * Requests per second of the last minute, against the limit.
 */

import { h, svg } from "./dom.js";
import { count } from "./format.js";

const SECONDS = 60;
const WIDTH = 600;
const HEIGHT = 120;
const BAR = WIDTH / SECONDS;
const ROOM_ABOVE = 1.15;
const NEAR_THE_LIMIT = 0.2;
const STEPS = [1, 2, 5];

export class RatePlot {
  constructor() {
    this.bars = Array.from({ length: SECONDS }, () => ({
      allowed: svg("rect", { class: "plot-allowed", width: BAR - 3, rx: 2 }),
      throttled: svg("rect", { class: "plot-throttled", width: BAR - 3, rx: 2 }),
    }));
    this.bars.forEach(({ allowed, throttled }, index) => {
      for (const bar of [allowed, throttled]) bar.setAttribute("x", index * BAR + 1.5);
    });
    this.limitLine = svg("line", { class: "plot-limit", x1: 0, x2: WIDTH });
    this.chart = svg(
      "svg",
      { class: "plot-chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" },
      svg("line", { class: "plot-base", x1: 0, x2: WIDTH, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5 }),
      this.bars.flatMap(({ allowed, throttled }) => [allowed, throttled]),
      this.limitLine,
    );
    this.limitLabel = h("span", { class: "plot-label limit" });
    this.topLabel = h("span", { class: "plot-label top" });
    this.figures = {
      now: figure("requests/s"),
      peak: figure("peak, last minute"),
      left: figure("left in the bucket"),
      throttled: figure("answered 429"),
      failed: figure("answered 5xx"),
    };
    this.element = h(
      "section",
      { class: "plot", "aria-label": "Requests per second" },
      h(
        "dl",
        { class: "figures" },
        Object.values(this.figures).map(({ element }) => element),
      ),
      h(
        "div",
        { class: "plot-area" },
        this.chart,
        this.limitLabel,
        this.topLabel,
        h("span", { class: "plot-axis" }, h("span", {}, "60 s ago"), h("span", {}, "now")),
      ),
    );
  }

  /** Draws the counters; `newest` is the last request, which knows what is left in the bucket. */
  show(stats, newest) {
    const end = Math.floor(new Date(stats.now).getTime() / 1_000);
    const seconds = lastMinute(stats.seconds, end);
    const peak = Math.max(0, ...seconds.map((second) => second.requests));
    const limit = stats.rate_limit;
    const isNearTheLimit = limit !== null && peak >= limit * NEAR_THE_LIMIT;
    const top = isNearTheLimit ? Math.max(limit, peak) * ROOM_ABOVE : roundUp(Math.max(peak, 1) * ROOM_ABOVE);
    seconds.forEach((second, index) => this.#drawBar(this.bars[index], second, top));
    this.#drawLimit(limit, top, isNearTheLimit);
    this.#showFigures(stats, seconds, peak, newest);
  }

  #drawBar({ allowed, throttled }, second, top) {
    const passed = scaled(second.requests - second.throttled, top);
    const refused = scaled(second.throttled, top);
    place(allowed, HEIGHT - passed, passed);
    place(throttled, HEIGHT - passed - refused, refused);
  }

  #drawLimit(limit, top, isInside) {
    const y = isInside ? HEIGHT - scaled(limit, top) : -10;
    this.limitLine.setAttribute("y1", y);
    this.limitLine.setAttribute("y2", y);
    this.limitLabel.hidden = !isInside;
    this.limitLabel.style.top = `${(y / HEIGHT) * 100}%`;
    this.limitLabel.textContent = limit === null ? "" : `limit ${count(limit)}`;
    this.topLabel.hidden = isInside;
    this.topLabel.textContent =
      limit === null ? `${count(top)}/s · no limit` : `${count(top)}/s · limit ${count(limit)} is further up`;
  }

  #showFigures(stats, seconds, peak, newest) {
    const current = seconds.at(-2)?.requests ?? 0;
    const hasBucket = newest?.rate_limit !== null && newest?.rate_limit !== undefined;
    this.figures.now.set(count(current));
    this.figures.peak.set(count(peak));
    this.figures.left.set(hasBucket ? `${count(newest.rate_remaining)} of ${count(newest.rate_limit)}` : "–");
    this.figures.throttled.set(count(stats.throttled), stats.throttled > 0 ? "warn" : "");
    this.figures.failed.set(count(stats.failed), stats.failed > 0 ? "bad" : "");
    const limit = stats.rate_limit === null ? "no limit" : `limit ${count(stats.rate_limit)} a second`;
    this.chart.setAttribute(
      "aria-label",
      `Requests in the last minute: now ${current} a second, peak ${peak}, ${limit}`,
    );
  }
}

function figure(name) {
  const value = h("dd", {}, "0");
  return {
    element: h("div", { class: "figure" }, h("dt", {}, name), value),
    set(content, kind = "") {
      if (value.textContent !== content) value.textContent = content;
      value.className = kind;
    },
  };
}

/** The counts of the sixty seconds up to `end`; most of the time most of them are missing because nothing came. */
function lastMinute(seconds, end) {
  const known = new Map(seconds.map((second) => [second.at, second]));
  return Array.from(
    { length: SECONDS },
    (_, index) => known.get(end - SECONDS + 1 + index) ?? { requests: 0, throttled: 0 },
  );
}

const scaled = (value, top) => (value / top) * HEIGHT;

function place(bar, y, height) {
  bar.setAttribute("y", y.toFixed(1));
  bar.setAttribute("height", Math.max(0, height).toFixed(1));
}

/** 1, 2, 5, 10, 20, 50 …, whichever is the next. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return (STEPS.find((step) => step * power >= value) ?? 10) * power;
}

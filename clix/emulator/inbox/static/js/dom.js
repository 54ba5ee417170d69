/**
 * Building elements. Every text becomes a text node: nothing that the API says is ever parsed as HTML.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. `attributes` may hold `class`, `on` (listeners by event), `data` (a dataset), and any attribute;
 * true stands for an empty value, and false, null and undefined leave the attribute out. Children that are null or false are left out.
 */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** An icon of `icons.svg`; it says nothing to screen readers. */
export function icon(name, className = "") {
  const use = svg("use", { href: `_emulator/inbox/icons.svg#${name}` });
  return svg("svg", { class: `icon ${className}`.trim(), "aria-hidden": "true", focusable: "false" }, use);
}

/** A text that somebody else wrote, in whichever direction its script runs. */
export function text(tag, className, value) {
  return h(tag, { class: className, dir: "auto" }, value);
}

/** A button; `symbol` is an icon's name or null. */
export function button(label, { symbol = null, kind = "plain", onClick, ...attributes } = {}) {
  return h(
    "button",
    { type: "button", class: `button ${kind}`, on: { click: onClick }, ...attributes },
    symbol && icon(symbol),
    label && h("span", {}, label),
  );
}

/** A button that is only an icon, with a name for those who cannot see it. */
export function iconButton(symbol, name, onClick, attributes = {}) {
  return h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": name,
      title: name,
      on: { click: onClick },
      ...attributes,
    },
    icon(symbol),
  );
}

/** Hides an element or shows it. */
export function show(element, visible) {
  element.hidden = !visible;
}

/** Runs a function at most once in a frame. */
export function oncePerFrame(work) {
  let isPlanned = false;
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      work();
    });
  };
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") listen(element, value);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

function listen(element, listeners) {
  for (const [event, listener] of Object.entries(listeners)) {
    if (listener) element.addEventListener(event, listener);
  }
}

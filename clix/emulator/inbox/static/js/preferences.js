/**
 * What somebody chose about the page: its colours, and whether it may load pictures from elsewhere.
 */

const THEME = "clix-emulator:theme";
const IMAGES = "clix-emulator:images";
const NETWORK = "network";

/** "light", "dark", or "" for the system's. */
export function theme() {
  return document.documentElement.dataset.theme ?? "";
}

export function setTheme(name) {
  if (name) document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
  remember(THEME, name);
}

/** Whether this page was served with a policy that allows pictures from the network. */
export function networkImages() {
  return new URLSearchParams(location.search).get("images") === NETWORK;
}

/** Loads the page again with the other policy: no script can loosen the one that it runs under. */
export function setNetworkImages(isAllowed) {
  remember(IMAGES, isAllowed ? NETWORK : "");
  visit(isAllowed);
}

/** Goes to the page with pictures if that was the choice the last time; says whether it goes. */
export function recallNetworkImages() {
  if (recall(IMAGES) !== NETWORK || networkImages()) return false;
  visit(true);
  return true;
}

function visit(withImages) {
  const address = new URL(location.href);
  if (withImages) address.searchParams.set("images", NETWORK);
  else address.searchParams.delete("images");
  location.replace(address);
}

function remember(name, value) {
  try {
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
  } catch {
    // Storage is off: the choice holds for this visit.
  }
}

function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

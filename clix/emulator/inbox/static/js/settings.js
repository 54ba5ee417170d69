/**
 * The settings: colours, images, and forgetting everything.
 */

import * as api from "./api.js";
import * as preferences from "./preferences.js";

const byId = (id) => document.getElementById(id);

/** Brings the settings to life. */
export function connectSettings(context) {
  const themes = byId("theme-choice");
  themes.querySelector(`[value="${preferences.theme()}"]`).checked = true;
  themes.addEventListener("change", (event) => preferences.setTheme(event.target.value));
  const images = byId("network-images");
  images.checked = context.networkImages;
  images.addEventListener("change", () => context.setNetworkImages(images.checked));
  connectReset(context);
}

function connectReset(context) {
  const dialog = byId("reset-dialog");
  byId("reset").addEventListener("click", () => {
    byId("settings").hidePopover();
    dialog.returnValue = "";
    dialog.showModal();
  });
  dialog.addEventListener("close", () => dialog.returnValue === "reset" && reset(context));
}

function reset(context) {
  return context.attempt(async () => {
    await api.reset();
    await context.store.load();
    context.router.go(context.router.place.tab);
    context.announce("The emulator has forgotten everything.");
  });
}

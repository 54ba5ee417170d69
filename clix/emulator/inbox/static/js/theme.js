// Runs before the first paint, so that a chosen theme does not flash. A classic script: modules would come too late.
(() => {
  try {
    const theme = localStorage.getItem("clix-emulator:theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is off: the system's theme it is.
  }
})();

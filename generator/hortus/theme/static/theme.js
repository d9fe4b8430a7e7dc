// Runs before the first paint: the theme this reader chose, and a mark that scripts run.
(() => {
  const root = document.documentElement;
  root.dataset.script = "";
  try {
    const theme = localStorage.getItem("hortus-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // no storage: the system decides
  }
})();

/* Runs before the page is drawn, so that a chosen theme never flashes; also says that scripts run. */
const root = document.documentElement;
root.classList.add("js");
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
} catch {
  /* storage refused: the system's theme stays */
}

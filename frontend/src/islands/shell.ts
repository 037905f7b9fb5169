/* The frame of every page: menus that close, the theme, dialogs, copying, the line's state. */
import { all, each, root, toast, words } from "../lib/page.ts";

export const menus = each<HTMLDetailsElement>("details[data-menu]", (menu) => {
  menu.addEventListener("toggle", () => {
    if (menu.open) for (const other of all<HTMLDetailsElement>("details[data-menu][open]")) if (other !== menu) other.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
});

/** Of tabs too many for the screen, the one that is open is seen. */
export const openTabs = each<HTMLElement>(".tabs [aria-current]", (tab) => {
  const tabs = tab.parentElement;
  if (tabs && tab.offsetLeft + tab.offsetWidth > tabs.offsetLeft + tabs.clientWidth) tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - 24;
});

type Theme = "auto" | "light" | "dark";

export const themeSwitch = each("[data-theme-switch]", (box) => {
  const buttons = all<HTMLButtonElement>("[data-theme-choice]", box);
  const show = (): void => {
    const now = root.dataset.theme ?? "auto";
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.themeChoice === now));
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const choice = button.dataset.themeChoice as Theme;
      if (choice === "auto") delete root.dataset.theme;
      else root.dataset.theme = choice;
      try {
        if (choice === "auto") localStorage.removeItem("theme");
        else localStorage.setItem("theme", choice);
      } catch { /* storage refused: it holds for this page */ }
      show();
      document.dispatchEvent(new CustomEvent("parvis:theme"));
    });
  }
  show();
});

export const dialogs = each<HTMLElement>("[data-opens]", (opener) => {
  opener.addEventListener("click", () => {
    const dialog = document.getElementById(opener.dataset.opens ?? "");
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
  });
});

export const dialogBackdrops = each<HTMLDialogElement>("dialog.dialog", (dialog) => {
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
});

export const copies = each<HTMLElement>("[data-copy]", (button) => {
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy ?? "");
      toast(words()("copied"), 3);
    } catch {
      toast(words()("failed"), 4);
    }
  });
});

/* After a refused form, the summary of what to correct has the focus. */
export const summaries = each("[data-summary]", (summary) => summary.focus({ preventScroll: false }));

export const reloads = each("[data-reload]", (button) => button.addEventListener("click", () => location.reload()));

export const prints = each("[data-print]", (button) => button.addEventListener("click", () => print()));

export function watchLine(): void {
  const say = words();
  addEventListener("offline", () => toast(say("offline"), 0));
  addEventListener("online", () => toast(say("online"), 4));
}

/* One's own card: it renews itself quietly while there is a line, says when its time is over, and stays lit. */
import { each } from "../lib/page.ts";
import { keepPage } from "../outbox/watch.ts";

const REST = 10 * 60 * 1000; // milliseconds between two renewals: a slow line, or a wrong clock, must not reload for ever

function mayRenew(now: number): boolean {
  try {
    if (now - Number(sessionStorage.getItem("card-renewed") ?? 0) < REST) return false;
    sessionStorage.setItem("card-renewed", String(now));
    return true;
  } catch { return false; }
}

export const cards = each("[data-card]", (box) => {
  const until = Number(box.dataset.until) * 1000;
  const renew = until - (Number(box.dataset.seconds) * 1000) / 2; // half of its time is left for days without a line
  const over = box.querySelector<HTMLElement>("[data-over]");
  const holds = box.querySelector<HTMLElement>("[data-holds]");
  const look = (): void => {
    const now = Date.now();
    const isOver = now >= until;
    box.classList.toggle("is-over", isOver);
    if (over) over.hidden = !isOver;
    if (holds) holds.hidden = isOver;
    // a form that is being filled is left alone
    if (now >= renew && navigator.onLine && document.visibilityState === "visible" && !box.querySelector("details[open], form :focus") && mayRenew(now)) location.reload();
  };
  look();
  setInterval(look, 60_000);
  for (const event of ["visibilitychange", "online"]) (event === "online" ? window : document).addEventListener(event, look);
  void keepPage();
});

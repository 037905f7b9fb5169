/* What every page loads: small. Heavier islands are fetched by the pages that hold them. */
import "./css/index.css";
import { dialogBackdrops, copies, dialogs, menus, openTabs, prints, reloads, summaries, themeSwitch, watchLine } from "./islands/shell.ts";
import { once } from "./islands/once.ts";
import { keptPages, startWorker } from "./islands/worker.ts";

const small = [menus, openTabs, themeSwitch, dialogs, dialogBackdrops, copies, summaries, reloads, prints, once, keptPages];

function somethingWaits(): boolean {
  try { return localStorage.getItem("outbox") !== null; } catch { return false; }
}

async function start(within: ParentNode): Promise<void> {
  const has = (selector: string): boolean => within.querySelector(selector) !== null;
  // drafts listen before the double-press guard, so that what is sent has been kept
  if (has("form[data-draft], [data-draft-done], form[data-forget]")) {
    const draft = await import("./islands/draft.ts");
    draft.drafts(within);
    draft.finished(within);
    for (const form of within.querySelectorAll("form[data-forget]")) form.addEventListener("submit", draft.forgetMine);
  }
  // the outbox takes what is sent before the double-press guard sends it the plain way
  if (has("form[data-outbox], [data-outbox-list]") || somethingWaits()) (await import("./outbox/index.ts")).start(within);
  for (const island of small) island(within);
  if (has("[data-photo]")) (await import("./islands/photo.ts")).photos(within);
  if (has("parvis-place")) (await import("./islands/place.ts")).places(within);
  if (has("[data-reports]")) (await import("./islands/reports.ts")).reports(within);
  if (has("[data-select]")) (await import("./islands/select.ts")).selections(within);
  if (has("[data-push]")) (await import("./islands/push.ts")).pushes(within);
  if (has("[data-insert]")) (await import("./islands/insert.ts")).inserts(within);
  if (has("form[data-blur]")) (await import("./islands/blur.ts")).blurs(within);
  if (has("[data-no-line]")) (await import("./islands/round.ts")).lines(within);
  if (has("[data-stops]")) (await import("./islands/round.ts")).rounds(within);
  if (has("[data-card]")) (await import("./islands/card.ts")).cards(within);
  if (has("[data-check]")) (await import("./islands/check.ts")).checks(within);
  if (has("form[data-helping]")) (await import("./islands/helping.ts")).helpings(within);
  if (has("parvis-map")) (await import("./islands/map.ts")).maps(within);
  if (has("[hx-get], [hx-post], [hx-put], [hx-patch], [hx-delete]")) await import("./islands/hx.ts");
}

void start(document);
document.addEventListener("htmx:after:swap", (event) => void start(event.target instanceof Element ? event.target : document));
// a photo taken on the square: what keeps it is fetched when there is one
document.addEventListener("change", (event) => {
  const input = event.target;
  if (input instanceof HTMLInputElement && input.matches("[data-begins]")) void import("./islands/begin.ts").then((part) => part.begin(input));
});
watchLine();
startWorker();

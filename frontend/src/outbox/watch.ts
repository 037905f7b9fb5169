/* Whether something waits, on every page: sends it when the line is back, says what went out, shows a line that leads to
   the list. */
import { all as elements, person, prefix, root, toast, words } from "../lib/page.ts";
import { all, onChange, type Sending } from "./store.ts";
import { flush } from "./send.ts";

const FLAG = "outbox"; // in localStorage: how many wait or were refused, so that other pages need not look
type Syncing = ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } };

/* Who is here: a page kept on the phone may be older than the session, the service worker knows better. */
export async function whoIsHere(): Promise<string> {
  if (root.dataset.kept !== "1" || !("caches" in window)) return person();
  const owner = await (await (await caches.open("state")).match("/owner"))?.text();
  return owner ?? person();
}

const count = (rows: readonly Sending[]): number => rows.filter((row) => row.state !== "accepted").length;

/* Remember whether something waits; true is said before the store was read. */
export function hasWaiting(surely = false): void {
  try {
    if (surely) localStorage.setItem(FLAG, "1");
    void all().then((rows) => {
      if (count(rows)) localStorage.setItem(FLAG, String(count(rows))); else localStorage.removeItem(FLAG);
      show(count(rows));
    }).catch(() => undefined);
  } catch { /* storage refused */ }
}

function show(waiting: number): void {
  const say = words();
  for (const box of elements("[data-outbox-line]")) {
    box.hidden = waiting === 0;
    const text = box.querySelector("[data-outbox-count]");
    if (text) text.textContent = say(waiting === 1 ? "outboxOne" : "outboxMany", { n: waiting });
  }
}

/* Ask the phone to send when the line is back, even with every page closed (where the browser can). */
export function later(): void {
  void navigator.serviceWorker?.ready.then((ready) => (ready as Syncing).sync?.register("outbox")).catch(() => undefined);
}

let running: Promise<void> | null = null;

/* Send what waits and say what became of it, in the page's live region. */
export const go = (): Promise<void> => (running ??= (async () => {
  try {
    if (navigator.onLine) announce((await flush()).done);
  } catch { /* no store on this phone */ }
  hasWaiting();
})().finally(() => { running = null; }));

const announced = new Set<string>();
function announce(done: readonly Sending[]): void {
  const say = words();
  for (const sending of done) {
    const mark = `${sending.key}${sending.state}`;
    if (sending.state === "waiting" || announced.has(mark)) continue;
    announced.add(mark);
    const name = sending.code ? `${sending.title} ${sending.code}` : sending.title;
    if (sending.state === "accepted") toast(say("outboxAccepted", { name }), 12);
    else toast(`${say(sending.state === "refused" ? "outboxRefused" : "outboxConflict", { name })} ${sending.said}`, 0);
  }
}

let watching = false;
export function watch(): void {
  if (watching) return;
  watching = true;
  addEventListener("online", () => void go());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") void go(); });
  setInterval(() => { if (document.visibilityState === "visible" && localStorage.getItem(FLAG)) void go(); }, 60_000);
  onChange((changed) => { if (changed && !document.querySelector("form[data-sending]")) announce([changed]); hasWaiting(); });
  void go();
}

/* Ask the service worker to keep this page, what it drew and the list of what waits, so that all of it opens offline. */
export async function keepPage(): Promise<void> {
  if (!("serviceWorker" in navigator) || root.dataset.kept === "1" || !root.dataset.keep) return;
  try {
    const { active } = await navigator.serviceWorker.ready;
    const pictures = elements<HTMLImageElement>("main img[src]").map((image) => image.src).filter((src) => src.startsWith(location.origin));
    // whatever parts this page fetched by now, besides those that every form needs
    const parts = performance.getEntriesByType("resource").map((file) => file.name).filter((url) => url.includes("/ui/dist/assets/"));
    active?.postMessage({ type: "keep", person: person(), page: location.href, pictures, parts, list: `${prefix()}/envois/` });
  } catch { /* the form works, with a line */ }
}

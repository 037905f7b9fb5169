/* The checker: reads a card with the camera or from a photo, verifies it on this device with the kept keys and list, says
   what it found with a colour, a sign and a word; at a place, counts the entry through the outbox. */
import { each, prefix, root, words } from "../lib/page.ts";
import { ENTITLEMENTS, EXPIRES, hex, CODE_ID, LEVEL, NAME, NUMBER, read, RESIDENT, RESIDENT_UNTIL, type Cbor, type Published, type Reading } from "../lib/cose.ts";
import { flush } from "../outbox/send.ts";
import { all as sendings, put, remove } from "../outbox/store.ts";
import { hasWaiting, keepPage, later, whoIsHere } from "../outbox/watch.ts";

const KEYS = "/.well-known/parvis-card-keys.json";
const REVOKED = "/.well-known/parvis-card-revoked.json";
const STORE = "card-lists"; // a cache of the page's own: the service worker need not know it
const OLD = 24 * 3600 * 1000; // milliseconds after which the list of revoked cards is said to be old
const EDGE = 640; // pixels of the longer side that is looked at: enough for a card that fills half of it
const PAUSE = 60; // milliseconds between two looks, so that the page stays quick
const AWAY = 1500; // milliseconds out of sight after which the same code counts as shown again
const KIND = "card-visit";

interface Kept { keys: Published[]; revoked: Set<string>; at: number }
type Detect = (source: HTMLVideoElement | ImageBitmap) => Promise<string | null>;

async function fetched(cache: Cache | null, url: string, always: boolean): Promise<Response | undefined> {
  if (always) {
    try {
      const answer = await fetch(url, { cache: "no-cache", credentials: "omit" });
      if (answer.ok) {
        const headers = { "Content-Type": "application/json", "X-Kept-At": String(Date.now()) };
        const kept = new Response(await answer.text(), { headers });
        await cache?.put(url, kept.clone());
        return kept;
      }
    } catch { /* no line: what is kept */ }
  }
  return cache?.match(url);
}

async function lists(fresh: boolean): Promise<Kept | null> {
  const cache = "caches" in window ? await caches.open(STORE) : null;
  const [keys, revoked] = await Promise.all([fetched(cache, KEYS, fresh), fetched(cache, REVOKED, fresh)]);
  if (!keys || !revoked) return null;
  const at = Number(revoked.headers.get("X-Kept-At"));
  return { keys: ((await keys.json()) as { keys: Published[] }).keys, revoked: new Set(((await revoked.json()) as { revoked: string[] }).revoked), at };
}

/* The browser's own reader where there is one, else a small one of ours. */
async function detector(): Promise<Detect> {
  const Native = (globalThis as { BarcodeDetector?: { new (options: { formats: string[] }): { detect(source: ImageBitmapSource): Promise<{ rawValue: string }[]> }; getSupportedFormats(): Promise<string[]> } }).BarcodeDetector;
  try {
    if (Native && (await Native.getSupportedFormats()).includes("qr_code")) {
      const native = new Native({ formats: ["qr_code"] });
      return async (source) => (await native.detect(source))[0]?.rawValue ?? null;
    }
  } catch { /* there in name only */ }
  const { decode } = await import("./decode.ts");
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return (source) => {
    const [width, height] = source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.width, source.height];
    const scale = Math.min(1, EDGE / Math.max(width, height, 1));
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    pen?.drawImage(source, 0, 0, canvas.width, canvas.height);
    return Promise.resolve(pen ? decode(pen.getImageData(0, 0, canvas.width, canvas.height)) : null);
  };
}

export const checks = each("[data-check]", (box) => {
  const say = words(box);
  const find = <E extends HTMLElement = HTMLElement>(name: string): E | null => box.querySelector<E>(`[data-${name}]`);
  const said = find("said"), verdict = find("verdict"), video = find<HTMLVideoElement>("video");
  const place = box.dataset.place ?? "";
  const clock = new Intl.DateTimeFormat(root.lang, { dateStyle: "medium", timeStyle: "short" });
  const hours = new Intl.DateTimeFormat(root.lang, { timeStyle: "short" });
  const days = new Intl.DateTimeFormat(root.lang, { dateStyle: "long", timeZone: "UTC" });
  let kept: Kept | null = null;
  let detect: Promise<Detect> | null = null;
  let shown: Reading | null = null;

  const tell = (text: string): void => { if (said) said.textContent = text; };
  const listLine = (): void => {
    const line = find("list");
    if (!line) return;
    const old = kept !== null && Date.now() - kept.at > OLD;
    line.textContent = kept ? say(old ? "listOld" : "listOf", { time: clock.format(kept.at) }) : say("listNone");
    line.classList.toggle("late", old || !kept);
  };
  const refresh = async (fresh = navigator.onLine): Promise<void> => {
    kept = (await lists(fresh)) ?? kept;
    listLine();
  };

  const facts = ({ claims }: Reading): [string, string][] => {
    const yes = (value: Cbor | undefined): string => say(value === true ? "yes" : "no");
    const shows: [number, string, (value: Cbor) => string][] = [
      [RESIDENT, "resident", yes],
      [NAME, "name", String],
      [NUMBER, "number", String],
      [RESIDENT_UNTIL, "until", (value) => days.format(Number(value) * 86_400_000)],
      [LEVEL, "level", String],
      [ENTITLEMENTS, "entitlements", (value) => (Array.isArray(value) ? value.join(", ") : "")],
    ];
    return shows.filter(([name]) => claims.has(name)).map(([name, word, write]) => [say(word), write(claims.get(name) as Cbor)]);
  };

  const show = (reading: Reading): void => {
    const panel = box.querySelector<HTMLTemplateElement>(`template[data-panel="${reading.verdict}"]`)?.content.firstElementChild?.cloneNode(true);
    if (!(panel instanceof HTMLElement) || !verdict) return;
    const why = panel.querySelector("[data-why]");
    const ended = reading.claims.get(EXPIRES);
    const blank = reading.verdict === "elsewhere" ? reading.town : reading.verdict === "other_side" ? say("asked") : typeof ended === "number" ? clock.format(ended * 1000) : "";
    if (why) why.textContent = (why.textContent ?? "").replace("__", blank);
    const list = panel.querySelector<HTMLElement>("[data-claims]");
    if (list && reading.verdict === "good") {
      list.hidden = false;
      for (const [term, value] of facts(reading)) {
        const row = document.createElement("div");
        row.append(Object.assign(document.createElement("dt"), { textContent: term }), Object.assign(document.createElement("dd"), { textContent: value }));
        list.append(row);
      }
    }
    shown = reading;
    const earlier = reading.verdict === "good" && place ? cameIn(mark(reading)) : 0;
    if (earlier) panel.querySelector("div")?.append(Object.assign(document.createElement("p"), { className: "again", textContent: say("again", { time: hours.format(earlier) }) }));
    verdict.replaceChildren(panel);
    panel.scrollIntoView({ block: "nearest" });
    if (navigator.vibrate) navigator.vibrate(reading.verdict === "good" ? 60 : [60, 60, 180]);
    box.dispatchEvent(new CustomEvent("parvis:verdict", { bubbles: true, detail: reading.verdict }));
  };

  const judge = async (text: string): Promise<void> => {
    if (!kept) await refresh();
    if (!kept) { tell(say("listNone")); return; }
    const residentsOnly = box.dataset.residentsOnly !== undefined;
    show(await read(text, { keys: kept.keys, revoked: kept.revoked, here: box.dataset.here ?? "", now: Date.now() / 1000, residentsOnly }));
  };
  // a laser reader that types like a keyboard, another script, a test
  box.addEventListener("parvis:code", (event) => void judge(String((event as CustomEvent).detail)));

  /* The camera */
  let stream: MediaStream | null = null;
  const start = find<HTMLButtonElement>("start"), stop = find<HTMLButtonElement>("stop"), frame = find("window");
  const close = (): void => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    if (frame) frame.hidden = true;
    if (stop) stop.hidden = true;
    if (start) start.hidden = false;
    tell("");
  };
  const watchCamera = async (): Promise<void> => {
    const look = await (detect ??= detector());
    let last = "", seenAt = 0;
    while (stream && video) {
      if (video.readyState >= 2) {
        const text = await look(video).catch(() => null);
        const isNew = text !== null && (text !== last || Date.now() - seenAt > AWAY);
        if (text) { last = text; seenAt = Date.now(); }
        if (text && isNew) await judge(text);
      }
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  };
  start?.addEventListener("click", async () => {
    if (!navigator.mediaDevices?.getUserMedia) { tell(say("noCamera")); return; }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1280 } } });
    } catch (error) {
      tell(say(error instanceof DOMException && error.name === "NotFoundError" ? "noCamera" : "refused"));
      return;
    }
    if (!video) return;
    video.srcObject = stream;
    if (frame) frame.hidden = false;
    start.hidden = true;
    if (stop) { stop.hidden = false; stop.focus(); }
    tell(say("looking"));
    await video.play().catch(() => undefined);
    void watchCamera();
  });
  stop?.addEventListener("click", () => { close(); start?.focus(); });
  addEventListener("pagehide", close);

  /* A photo */
  find<HTMLInputElement>("picture")?.addEventListener("change", async (event) => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (!file) return;
    tell("");
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
    const text = picture ? await (await (detect ??= detector()))(picture).catch(() => null) : null;
    picture?.close();
    input.value = "";
    if (text) await judge(text); else tell(say("noCode"));
  });

  /* The counter of a place: marks of today on this device, to say who came in already; the entry itself is a sending. */
  const today = new Date().toLocaleDateString("sv");
  const memory = `card-entries ${place} ${today}`;
  const entered = (): [string, number, string][] => { try { return JSON.parse(localStorage.getItem(memory) ?? "[]") as [string, number, string][]; } catch { return []; } };
  const remember = (rows: [string, number, string][]): void => { try { localStorage.setItem(memory, JSON.stringify(rows)); } catch { /* counted all the same */ } };
  const mark = (reading: Reading): string => hex(reading.claims.get(CODE_ID) as Uint8Array);
  const cameIn = (code: string): number => entered().find(([one]) => one === code)?.[1] ?? 0;
  const tally = (): void => {
    const n = entered().length;
    const line = find("count"), back = find<HTMLButtonElement>("take-back");
    if (line) line.textContent = n ? say("counted", { n }) : "";
    if (back) back.disabled = n === 0;
  };
  const send = async (action: string, fields: [string, string][], key: string): Promise<void> => {
    const row = { key, fields, files: [], person: await whoIsHere(), prefix: prefix(), action, page: location.pathname, kind: KIND, title: box.dataset.title ?? "", hint: "", at: Date.now() };
    await put({ ...row, state: "waiting", asks: "", tries: 0, said: "", code: "", url: "", faults: [] });
    hasWaiting(true);
    if (!navigator.onLine) { later(); return; }
    await flush(key);
    await tidy();
  };
  const tidy = async (): Promise<void> => {
    for (const row of await sendings()) if (row.kind === KIND && row.state === "accepted") await remove(row.key);
    hasWaiting();
  };
  const newKey = (): string => hex(crypto.getRandomValues(new Uint8Array(16)));
  const form = find<HTMLFormElement>("enter");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const good = shown?.verdict === "good" ? shown : null;
    const resident = good?.claims.get(RESIDENT);
    const code = good ? mark(good) : "";
    const key = newKey();
    remember([...entered(), [code, Date.now(), key]]);
    verdict?.replaceChildren();
    shown = null;
    tally();
    void send(box.dataset.action ?? "", [["mark", code], ["resident", resident === true ? "yes" : resident === false ? "no" : ""]], key);
  });
  find<HTMLButtonElement>("take-back")?.addEventListener("click", () => {
    const rows = entered();
    const last = rows.pop();
    if (!last) return;
    remember(rows);
    tally();
    tell(say("takenBack"));
    void send(box.dataset.back ?? "", [["visit", last[2]]], newKey());
  });

  for (const key of Object.keys(localStorage)) if (key.startsWith("card-entries ") && !key.endsWith(today)) localStorage.removeItem(key);
  if (place) { tally(); void tidy().catch(() => undefined); }
  addEventListener("online", () => void refresh(true));
  setInterval(() => void refresh(), 5 * 60_000);
  void (async () => {
    await Promise.all([refresh(), (detect ??= detector())]);
    void keepPage(); // once its parts are here, so that they are kept with it
    root.dataset.checkReady = "1";
  })();
});

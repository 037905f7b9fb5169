/* A form marked data-outbox: what is sent is first kept on this phone, with its photos, then leaves: at once with a line, by
   itself later without. What is chosen but not sent yet, photos included, survives a closed tab. */
import { key as draftKey } from "../islands/draft.ts";
import { all, each, person, prefix, root, toast, words } from "../lib/page.ts";
import { all as everything, asFile, isFull, keepPhotos, keptFiles, one, photosOf, put, remove, type Sending } from "./store.ts";
import { flush } from "./send.ts";
import { hasWaiting, later, whoIsHere } from "./watch.ts";

const NEVER = new Set(["csrfmiddlewaretoken", "idempotency_key"]);
const SLOW = 8000; // milliseconds after which somebody is told that they need not wait
const newKey = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const fileInputs = (form: HTMLFormElement): HTMLInputElement[] => all<HTMLInputElement>("input[type=file][name]", form);
export const outboxPage = (key = ""): string => `${prefix()}/envois/${key ? `#${key}` : ""}`;

/* What the browser would send, read before the buttons are closed: one of them may carry a value. */
function read(form: HTMLFormElement, submitter: HTMLElement | null): FormData {
  const data = new FormData(form);
  if (submitter instanceof HTMLButtonElement && submitter.name) data.append(submitter.name, submitter.value);
  return data;
}

async function collect(form: HTMLFormElement, data: FormData, submitter: HTMLElement | null, key: string): Promise<Omit<Sending, "order">> {
  const fields: [string, string][] = [];
  for (const [name, value] of data) if (typeof value === "string" && !NEVER.has(name)) fields.push([name, value]);
  const files = (await Promise.all(fileInputs(form).map((input) => keptFiles(input.name, input.files ?? [])))).flat();
  const told = all<HTMLTextAreaElement | HTMLInputElement>("textarea, [data-address]", form).map((field) => field.value.trim());
  const own = form.dataset.outboxHint ?? "";
  return {
    key, fields, files, person: await whoIsHere(), prefix: prefix(),
    action: submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.pathname + location.search,
    page: location.pathname + location.search, kind: form.dataset.outbox ?? "", title: submitter?.dataset.outboxTitle ?? form.dataset.outboxTitle ?? document.title,
    hint: [own, ...told].filter(Boolean).join(" · ").slice(0, 160), at: Date.now(),
    state: "waiting", asks: "", tries: 0, said: "", code: "", url: "", faults: [],
  };
}

function setFiles(form: HTMLFormElement, files: readonly { field: string; name: string; type: string; bytes: ArrayBuffer }[]): void {
  for (const input of fileInputs(form)) {
    const mine = files.filter((file) => file.field === input.name);
    if (!mine.length) continue;
    const carrier = new DataTransfer();
    for (const file of mine) carrier.items.add(asFile(file));
    input.files = carrier.files;
    input.dispatchEvent(new Event("change", { bubbles: true })); // shown as if chosen now
  }
}

function setFields(form: HTMLFormElement, fields: readonly [string, string][]): void {
  const by = new Map<string, string[]>();
  for (const [name, value] of fields) by.set(name, [...(by.get(name) ?? []), value]);
  for (const control of all<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>("input[name], select[name], textarea[name]", form)) {
    const mine = by.get(control.name) ?? [];
    if (NEVER.has(control.name) || control.type === "file") continue;
    if (control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type)) control.checked = mine.includes(control.value);
    else if (control instanceof HTMLSelectElement) for (const option of control.options) option.selected = mine.includes(option.value);
    else if (by.has(control.name)) control.value = mine.shift() ?? "";
  }
  form.dispatchEvent(new CustomEvent("parvis:restored", { bubbles: true }));
}

/* The reasons of a refusal, above the form being corrected, each a link to its field. */
function showFaults(form: HTMLFormElement, sending: Sending, title: string): void {
  const box = Object.assign(document.createElement("div"), { className: "summary", tabIndex: -1 });
  box.setAttribute("role", "alert");
  const list = Object.assign(document.createElement("ul"), { className: "links" });
  const faults = sending.faults.length ? sending.faults : [{ id: "", label: "", text: sending.said }];
  for (const fault of faults) {
    const item = document.createElement("li");
    const field = fault.id ? document.getElementById(fault.id) : null;
    if (field) item.append(Object.assign(document.createElement("a"), { href: `#${fault.id}`, textContent: fault.label }), document.createElement("br"));
    item.append(fault.text);
    field?.closest(".field")?.classList.add("wrong");
    list.append(item);
  }
  box.append(Object.assign(document.createElement("h2"), { textContent: title }), list);
  form.prepend(box);
  box.focus();
}

/* The server showed the form again: its words and marks replace ours, the photos stay. */
function showAgain(form: HTMLFormElement, page: string, files: Sending["files"]): boolean {
  const theirs = new DOMParser().parseFromString(page, "text/html").querySelector<HTMLFormElement>(`form[data-outbox="${CSS.escape(form.dataset.outbox ?? "")}"]`);
  if (!theirs) return false;
  form.replaceChildren(...[...theirs.childNodes].map((node) => document.adoptNode(node)));
  form.dispatchEvent(new CustomEvent("htmx:after:swap", { bubbles: true })); // its islands start
  setTimeout(() => setFiles(form, files), 50);
  return true;
}

export const outboxForms = each<HTMLFormElement>("form[data-outbox]", (form) => {
  const say = words();
  const draft = form.dataset.draft ? draftKey(form.dataset.draft) : "";
  let key = newKey();
  let corrects = "";

  const line = (text: string): void => {
    let place = form.querySelector<HTMLElement>("[data-outbox-said]");
    if (!place) {
      place = Object.assign(document.createElement("p"), { className: "soft" });
      place.dataset.outboxSaid = "";
      place.setAttribute("role", "status");
      form.append(place);
    }
    place.textContent = text;
  };
  const busy = (on: boolean, submitter: HTMLElement | null): void => {
    if (on) form.dataset.sending = "1"; else delete form.dataset.sending;
    if (on) submitter?.setAttribute("aria-busy", "true"); else for (const button of all("[aria-busy]", form)) button.removeAttribute("aria-busy");
    for (const button of all<HTMLButtonElement>("button:not([type=button])", form)) button.disabled = on;
  };
  const done = (): void => {
    form.dispatchEvent(new CustomEvent("parvis:done"));
    key = newKey();
    corrects = "";
    form.reset(); // whoever comes back to this page finds it empty: what was sent is not sent again
  };
  const stays = form.dataset.outboxStays !== undefined;

  const waits = async (sending: Sending): Promise<void> => {
    done();
    later();
    const there = navigator.onLine || (navigator.serviceWorker?.controller && (await caches.match(`${prefix()}/envois/`)));
    if (!stays && there) { location.assign(outboxPage(sending.key)); return; }
    busy(false, null);
    line(say("outboxKept"));
    form.dispatchEvent(new CustomEvent("parvis:kept", { bubbles: true, detail: sending }));
  };

  const leave = async (data: FormData, submitter: HTMLElement | null): Promise<void> => {
    let sending: Sending;
    try {
      sending = await put(await collect(form, data, submitter, corrects || key));
      void navigator.storage?.persist?.();
    } catch (error) {
      busy(false, null);
      // nothing can be kept: with a line it leaves the plain way, without one this page is all there is
      if (navigator.onLine) form.dataset.plain = "1";
      if (navigator.onLine) form.requestSubmit(submitter);
      else toast(say(isFull(error) ? "outboxFull" : "outboxUnkept"), 0);
      return;
    }
    hasWaiting(true);
    if (!navigator.onLine) return waits(sending);
    line(say("sending"));
    const slow = setTimeout(() => line(say("outboxSlow")), SLOW);
    const round = await flush(sending.key);
    clearTimeout(slow);
    const after = (await one(sending.key)) ?? sending;
    if (after.state === "waiting") return waits(after);
    hasWaiting();
    if (after.state === "accepted" || (after.state === "conflict" && stays)) {
      done();
      form.dispatchEvent(new CustomEvent("parvis:sent", { bubbles: true, detail: after }));
      if (after.state === "accepted") await remove(after.key);
      if (stays) { toast(after.said || say("outboxSent"), 8); setTimeout(() => location.reload(), 300); return; }
      location.assign(after.url || outboxPage(after.key));
      return;
    }
    if (after.state === "conflict") { done(); location.assign(outboxPage(after.key)); return; }
    corrects = after.key;
    const files = after.files;
    busy(false, null);
    line("");
    if (!round.page || !showAgain(form, round.page, files)) showFaults(form, after, say("outboxCorrect"));
  };

  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || form.dataset.plain) return;
    event.preventDefault();
    if (form.dataset.sending) return;
    const submitter = event.submitter;
    const data = read(form, submitter);
    busy(true, submitter);
    void leave(data, submitter);
  });
  // a page come back to, from the memory of the browser, is not sending any more
  addEventListener("pageshow", (event) => { if ((event as PageTransitionEvent).persisted) busy(false, null); });

  /* On a page that stays, what waits is said beside its form, also after the page was opened again. */
  const showWaiting = async (): Promise<void> => {
    const rows = (await everything()).filter((row) => row.kind === form.dataset.outbox && row.state !== "accepted");
    const mark = form.closest("[data-stop]")?.querySelector<HTMLElement>("[data-waits]");
    if (!stays || !rows.length) return;
    if (mark) mark.hidden = false;
    line(rows.some((row) => row.state === "waiting") ? `${rows[0]?.title ?? ""} · ${say("outboxKept")}` : rows.map((row) => row.said).join(" "));
  };
  form.addEventListener("parvis:kept", () => void showWaiting());
  const restore = async (): Promise<void> => {
    await showWaiting();
    const asked = /^#envoi=(\w+)$/.exec(location.hash)?.[1];
    const wrong = asked ? await one(asked) : undefined;
    if (wrong && wrong.kind === form.dataset.outbox && wrong.person === (await whoIsHere())) {
      corrects = wrong.key;
      // what depends on a choice (questions of a kind) is asked for again, and filled when it comes
      form.addEventListener("htmx:after:swap", () => setFields(form, wrong.fields), { once: true });
      setFields(form, wrong.fields);
      form.querySelector("input[type=radio]:checked")?.dispatchEvent(new Event("change", { bubbles: true }));
      setFiles(form, wrong.files);
      showFaults(form, wrong, say("outboxCorrect"));
      return;
    }
    if (!draft || form.querySelector("[data-summary]")) return;
    const kept = await photosOf(draft);
    if (kept && (!kept.person || kept.person === person())) setFiles(form, kept.files);
  };
  form.addEventListener("parvis:photos", () => {
    if (!draft || corrects) return;
    void (async () => {
      const files = (await Promise.all(fileInputs(form).map((input) => keptFiles(input.name, input.files ?? [])))).flat();
      try {
        await keepPhotos({ key: draft, person: person(), at: Date.now(), files });
        localStorage.setItem("outbox-photos", "1");
      } catch (error) {
        if (isFull(error)) toast(say("outboxFull"), 0);
      }
    })();
  });
  void restore().catch(() => undefined); // no store: the form works, without its memory
  root.dataset.outboxReady = "1";
});

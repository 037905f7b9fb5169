/* What is being typed stays on this device until it is sent: through a lost session, a closed tab, a dead battery.
   Kept per person, town and form. Somebody else's draft is never shown: the page asks whether to throw it away. */
import { all, each, person, prefix, words } from "../lib/page.ts";

interface Draft { person: string; at: number; values: [string, string][] }
type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const MARK = "draft:";
export const PHOTOS = "outbox-photos"; // in localStorage: the outbox keeps photos of a form not sent yet
const MONTH = 30 * 24 * 3600 * 1000; // milliseconds
const NEVER = new Set(["csrfmiddlewaretoken", "idempotency_key"]);

// the language is not part of the key: a draft follows its author from one language to another
export const key = (name: string): string => `${MARK}${prefix().replace(/^\/(en|es)(?=\/|$)/, "")}:${name}`;

function read(name: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(key(name)) ?? "null") as Draft | null;
    if (draft && Date.now() - draft.at > MONTH) { forget(name); return null; }
    return draft;
  } catch {
    return null;
  }
}

export function forget(name: string): void {
  try {
    localStorage.removeItem(key(name));
    if (localStorage.getItem(PHOTOS)) void import("../outbox/store.ts").then((store) => store.forgetPhotos(key(name))).catch(() => undefined);
  } catch { /* nothing was kept either */ }
}

/* On signing out of a shared computer nothing of mine stays. */
export function forgetMine(): void {
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(MARK)) continue;
      const draft = JSON.parse(localStorage.getItem(name) ?? "null") as Draft | null;
      if (!draft || draft.person === person()) localStorage.removeItem(name);
    }
    if (localStorage.getItem(PHOTOS)) void import("../outbox/store.ts").then((store) => store.forgetPhotosBy(person())).catch(() => undefined);
  } catch { /* storage refused */ }
}

const kept = (form: HTMLFormElement): Control[] =>
  all<Control>("input[name], select[name], textarea[name]", form).filter(
    (control) => !NEVER.has(control.name) && !["password", "file", "submit", "button"].includes(control.type)
      && control.autocomplete !== "one-time-code" && !control.hasAttribute("data-no-draft")
      && (control.type !== "hidden" || control.closest("parvis-place") !== null),
  );

function collect(form: HTMLFormElement): [string, string][] {
  const values: [string, string][] = [];
  for (const control of kept(form)) {
    if (control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type)) {
      if (control.checked) values.push([control.name, control.value]);
    } else if (control instanceof HTMLSelectElement && control.multiple) {
      for (const option of control.selectedOptions) values.push([control.name, option.value]);
    } else if (control.value) values.push([control.name, control.value]);
  }
  return values;
}

function fill(form: HTMLFormElement, values: [string, string][]): void {
  const by = new Map<string, string[]>();
  for (const [name, value] of values) by.set(name, [...(by.get(name) ?? []), value]);
  for (const control of kept(form)) {
    const mine = by.get(control.name) ?? [];
    if (control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type)) control.checked = mine.includes(control.value);
    else if (control instanceof HTMLSelectElement && control.multiple) for (const option of control.options) option.selected = mine.includes(option.value);
    else if (mine.length) control.value = mine[0] ?? "";
  }
  form.dispatchEvent(new CustomEvent("parvis:restored", { bubbles: true }));
}

function line(form: HTMLFormElement, text: string, action?: { label: string; run: () => void }): void {
  const place = form.querySelector<HTMLElement>("[data-draft-line]");
  if (!place) return;
  place.replaceChildren(Object.assign(document.createElement("span"), { textContent: text }));
  if (!action) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn plain small", textContent: action.label });
  button.addEventListener("click", action.run);
  place.append(button);
}

export const drafts = each<HTMLFormElement>("form[data-draft]", (form) => {
  const name = form.dataset.draft ?? "";
  const say = words();
  let locked = false;
  let timer = 0;
  const started = JSON.stringify(collect(form));
  const startOver = (): void => { forget(name); form.reset(); line(form, ""); };
  const save = (): void => {
    if (locked) return;
    const values = collect(form);
    if (JSON.stringify(values) === started) return;
    try {
      localStorage.setItem(key(name), JSON.stringify({ person: person(), at: Date.now(), values } satisfies Draft));
      line(form, say("draftKept"), { label: say("draftForget"), run: startOver });
    } catch { /* storage full or refused: the form still works */ }
  };
  const draft = read(name);
  if (draft && draft.person && draft.person !== person()) {
    locked = true;
    line(form, say("draftOther"), { label: say("draftOtherYes"), run: () => { forget(name); locked = false; line(form, ""); } });
  } else if (draft && !form.querySelector("[data-summary]")) {
    fill(form, draft.values);
    line(form, say("draftRestored"), { label: say("draftForget"), run: startOver });
  }
  const soon = (): void => { clearTimeout(timer); timer = window.setTimeout(save, 400); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("parvis:changed", soon);
  form.addEventListener("submit", save);
  // it has left, or waits in the outbox: leaving the page must not write it down again
  form.addEventListener("parvis:done", () => { clearTimeout(timer); forget(name); locked = true; line(form, ""); });
  form.addEventListener("reset", () => { locked = false; });
  addEventListener("pagehide", save);
});

/* The page after a success says which draft is done. */
export const finished = each("[data-draft-done]", (element) => forget(element.dataset.draftDone ?? ""));

/* While a report is written: the kinds its words may mean, its questions, reports nearby. The server draws them; a form
   sent without this script gets the same with its first answer. */
import { each } from "../lib/page.ts";
import { freshToken } from "../lib/token.ts";

type Parts = Record<"suggestions" | "similar" | "questions" | "things", string>;
const WAIT = 450;

export const helpings = each("form[data-helping]", (element) => {
  const form = element as unknown as HTMLFormElement;
  const list = form.querySelector<HTMLSelectElement>("select[name=category]"); // where staff choose
  const value = (name: string): string => String(new FormData(form).get(name) ?? "");
  const chosen = (): string => value("category");
  let timer = 0, turn = 0, asked = "", kind = chosen();

  const keepChoice = (before: string): void => {
    if (!before || chosen()) return; // a suggestion that was chosen is gone: its tile stands for it
    form.querySelector<HTMLInputElement>(`input[name=category][value="${CSS.escape(before)}"]`)?.click();
  };
  /* Staff choose in a list: a suggestion sets it, and what is chosen there after unticks the suggestion. */
  const agree = (by: EventTarget | null): void => {
    if (!list || !(by instanceof HTMLElement)) return;
    if (by === list) for (const tick of form.querySelectorAll<HTMLInputElement>("#suggestions input:checked")) tick.checked = false;
    else if (by instanceof HTMLInputElement && by.name === "category") list.value = by.value;
  };
  const put = (parts: Parts): void => {
    const before = chosen();
    for (const name of ["suggestions", "similar", "things"] as const) {
      const place = form.querySelector(`#${name}`);
      if (place && place.innerHTML.trim() !== parts[name].trim()) place.innerHTML = parts[name];
    }
    keepChoice(before);
    if (before === kind) return; // what is being answered stays
    kind = before;
    const questions = form.querySelector("#questions");
    if (questions) questions.innerHTML = parts.questions;
  };
  const ask = async (): Promise<void> => {
    const body = new FormData();
    for (const name of ["description", "category", "place_address", "place_lat", "place_lon", "place_ref", "asset", "csrfmiddlewaretoken"]) body.set(name, value(name));
    const words = JSON.stringify([...body].slice(0, 6));
    if (words === asked || !navigator.onLine) return;
    asked = words;
    const mine = ++turn;
    try {
      let answer = await fetch(form.dataset.helping ?? "", { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.status === 403) {
        body.set("csrfmiddlewaretoken", (await freshToken())?.csrf ?? "");
        answer = await fetch(form.dataset.helping ?? "", { method: "POST", body, headers: { Accept: "application/json" } });
      }
      if (answer.ok && mine === turn) put((await answer.json()) as Parts);
    } catch { asked = ""; }
  };
  const soon = (wait: number): void => { clearTimeout(timer); timer = window.setTimeout(() => void ask(), wait); };

  form.addEventListener("input", (event) => { if ((event.target as HTMLInputElement).name === "description") soon(WAIT); });
  form.addEventListener("change", (event) => {
    agree(event.target);
    if (["category", "description"].includes((event.target as HTMLInputElement).name)) soon(0);
  });
  // the drawing of the things nearby: touching one chooses its line
  form.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("#things a") : null;
    const line = link && form.querySelector(`#${CSS.escape(decodeURIComponent(link.getAttribute("href") ?? "").slice(1))} input`);
    if (!(line instanceof HTMLInputElement)) return;
    event.preventDefault();
    line.checked = true;
    line.focus();
    line.dispatchEvent(new Event("change", { bubbles: true }));
  });
  form.addEventListener("parvis:changed", () => {
    // what was tapped on the map last is the one that is meant
    if (value("place_ref").startsWith("thing:")) for (const old of form.querySelectorAll<HTMLInputElement>("#things input:checked")) old.checked = false;
    soon(WAIT);
  });
  form.addEventListener("parvis:restored", () => soon(0));
  if (value("description") || value("place_lat")) soon(0);
  // who has allowed it before is not asked again: the place is there without a tap, and can be changed
  // whoever answers a telephone is not where it is
  if (!form.hasAttribute("data-elsewhere") && !value("place_lat") && !value("place_address")) {
    const locate = (): boolean | undefined => form.querySelector("parvis-place")?.dispatchEvent(new CustomEvent("parvis:locate"));
    void navigator.permissions?.query({ name: "geolocation" }).then((known) => { if (known.state === "granted" && !value("place_lat")) locate(); }).catch(() => undefined);
  }
});

/* The list of reports and its map under one filter: a change of either is in the address, which can be shared. */
import { all, each, toast, words } from "../lib/page.ts";
import type { OpenMap } from "./engine.ts";

const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
const BEAT = 1100; // milliseconds a month stays while the months play

export const reports = each("[data-reports]", (page) => {
  const form = page.querySelector<HTMLFormElement>("form[data-filter]");
  const box = page.querySelector<HTMLElement>("parvis-map");
  if (!form || !box) return;
  let map: OpenMap | null = null;
  const asked = (): URLSearchParams => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && value.trim()) query.set(name, value.trim());
    return query;
  };
  let shown = asked().toString();
  const apply = async (push = true): Promise<void> => {
    const query = asked().toString();
    if (query === shown) return;
    shown = query;
    map?.narrow(query);
    const address = `${location.pathname}${query ? `?${query}` : ""}`;
    if (push) history.pushState(null, "", `${address}${location.hash}`);
    const section = page.querySelector<HTMLElement>("[data-found]");
    section?.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      if (!answer.ok) { location.reload(); return; } // the page itself says what is wrong with the filter
      if (shown === query) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      section?.removeAttribute("aria-busy");
      toast(words(page.querySelector("[data-timeline]") ?? page)("failed"));
    }
  };
  const put = (fresh: Document): void => {
    for (const selector of ["[data-found]", "[data-reports] parvis-map [data-frame] > svg.map", "[data-timeline] svg.bars"]) {
      const [before, after] = [document.querySelector<HTMLElement>(selector), fresh.querySelector<HTMLElement>(selector)];
      if (!before || !after) continue;
      if (before.style.visibility) { after.style.visibility = before.style.visibility; after.setAttribute("aria-hidden", "true"); }
      before.replaceWith(document.adoptNode(after));
      after.dispatchEvent(new CustomEvent("htmx:after:swap", { bubbles: true })); // new buttons come to life as always
    }
  };
  form.addEventListener("change", () => void apply());
  form.addEventListener("submit", (event) => { event.preventDefault(); void apply(); });
  addEventListener("popstate", () => {
    const query = new URLSearchParams(location.search);
    for (const field of form.elements) {
      if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = query.get(field.name) ?? "";
    }
    form.dispatchEvent(new CustomEvent("parvis:back"));
    void apply(false);
  });
  page.addEventListener("click", (event) => {
    const copy = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy-here]") : null;
    if (copy) copy.dataset.copy = location.href; // with the spot on the map, if it is open
  }, true);
  box.addEventListener("parvis:map", (event) => { map = (event as CustomEvent<OpenMap>).detail; map.narrow(shown); });
  const time = page.querySelector<HTMLElement>("[data-timeline]");
  if (time) timeline(time, { form, box, apply, asked, opened: () => map });
});

interface Around {
  form: HTMLFormElement;
  box: HTMLElement;
  apply(): Promise<void>;
  asked(): URLSearchParams;
  opened(): OpenMap | null;
}

function timeline(time: HTMLElement, { form, box, apply, asked, opened }: Around): void {
  const range = time.querySelector<HTMLInputElement>("[data-month]");
  const said = time.querySelector<HTMLElement>("[data-month-said]");
  const play = time.querySelector<HTMLButtonElement>("[data-play]");
  const heat = time.querySelector<HTMLButtonElement>("[data-heat]");
  const seen = time.querySelector<HTMLElement>("[data-seen]");
  const months = time.querySelector<HTMLElement>("[data-months]");
  const labels = all<HTMLDataElement>("[data-label]", time);
  if (!range || !said || !play || !heat || !seen || !months || !labels.length) return;
  const say = words(time);
  const open = (): void => { box.dispatchEvent(new CustomEvent("parvis:open")); };
  const mark = (month: string): void => {
    const chosen = labels.find((label) => label.value === month);
    said.textContent = chosen?.textContent ?? say("all");
    range.setAttribute("aria-valuetext", said.textContent ?? "");
    for (const bar of all<SVGRectElement>("[data-bar]", time)) bar.classList.toggle("on", bar.dataset.bar === month);
  };
  const at = (): string => labels[Number(range.value)]?.value ?? "";
  const look = (): void => {
    const query = asked();
    query.set("from", at());
    query.set("to", at());
    mark(at());
    opened()?.narrow(query.toString());
  };
  const choose = (): void => {
    for (const name of ["from", "to"]) {
      const list = form.elements.namedItem(name);
      if (!(list instanceof HTMLSelectElement)) continue;
      if (![...list.options].some((option) => option.value === at())) list.add(new Option(said.textContent ?? "", at()));
      list.value = at();
    }
    void apply();
  };
  const same = (): void => {
    const [from, to] = [asked().get("from"), asked().get("to")];
    const month = from && from === to ? from : "";
    const place = labels.findIndex((label) => label.value === month);
    if (place >= 0) range.value = String(place);
    mark(month);
    if (month) months.hidden = false;
  };
  let beat = 0;
  const stop = (): void => { clearInterval(beat); beat = 0; play.setAttribute("aria-pressed", "false"); };
  const step = (): void => {
    range.value = String((Number(range.value) + 1) % labels.length);
    look();
  };
  range.addEventListener("input", () => { stop(); look(); });
  range.addEventListener("change", choose);
  for (const name of ["change", "parvis:back"]) form.addEventListener(name, same);
  play.addEventListener("click", () => {
    if (!opened()) open();
    months.hidden = false;
    if (beat) { stop(); choose(); return; }
    step();
    if (calm()) { choose(); return; } // one month a press, nothing moves by itself
    play.setAttribute("aria-pressed", "true");
    beat = window.setInterval(step, BEAT);
  });
  heat.addEventListener("click", () => {
    const on = heat.getAttribute("aria-pressed") !== "true";
    heat.setAttribute("aria-pressed", String(on));
    if (opened()) opened()?.heat(on); else open();
  });
  box.addEventListener("parvis:map", () => {
    if (heat.getAttribute("aria-pressed") === "true") opened()?.heat(true);
    if (beat) look();
  });
  box.addEventListener("parvis:seen", (event) => {
    seen.hidden = false;
    seen.textContent = say("seen", { n: (event as CustomEvent<number>).detail.toLocaleString(document.documentElement.lang) });
  });
  same();
}

/* Where: type an address and choose it (a combobox), touch the drawn preview or the map, or give one's position.
   Without this script the address in words is enough. */
import { all, each, words } from "../lib/page.ts";
import type { Pointer } from "./engine.ts";
import type { Taken } from "./photo.ts";

interface Found { label: string; lat: number; lon: number; id?: string }
interface Near { found: Found | null; inside?: boolean; neighbour?: { name: string } | null }

/* How sure a place is: the phone's position and the photo's are guesses, which never replace what somebody chose. */
enum Sure { Nothing, Phone, Photo, Person }

const mercator = (lat: number): number => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
const unmercator = (y: number): number => ((2 * Math.atan(Math.exp(y)) - Math.PI / 2) * 180) / Math.PI;

/* The window of a picture drawn with "cover": what the frame cuts off is not seen. All from 0 to 1 of the picture. */
function shown(picture: HTMLElement, ratio: number): { x: number; y: number; w: number; h: number } {
  const box = picture.getBoundingClientRect();
  const wide = box.width / box.height > ratio;
  const w = wide ? 1 : (box.width / box.height) / ratio;
  const h = wide ? ratio / (box.width / box.height) : 1;
  return { x: (1 - w) / 2, y: (1 - h) / 2, w, h };
}

export const places = each("parvis-place", (box) => {
  const find = <E extends HTMLElement>(name: string): E | null => box.querySelector<E>(`[data-${name}]`);
  const input = find<HTMLInputElement>("address");
  const list = box.querySelector<HTMLUListElement>("[role=listbox]");
  const lat = find<HTMLInputElement>("lat"), lon = find<HTMLInputElement>("lon"), ref = find<HTMLInputElement>("ref");
  const said = find("said");
  if (!input || !list || !lat || !lon || !ref || !said) return;
  const say = words(box);
  const search = box.dataset.search ?? "";
  let options: Found[] = [];
  let active = -1;
  let byHand = input.value !== "";
  let chosen = ref.value !== "";
  let asked = 0;
  let timer = 0;
  let map: Pointer | null = null;
  let sure = lat.value !== "" || byHand ? Sure.Person : Sure.Nothing;

  const bounds = (box.dataset.bounds ?? "").split(",").map(Number);
  const picture = find<HTMLImageElement>("preview");
  const mark = box.querySelector<SVGElement>("[data-mark]");

  const showMark = (): void => {
    const [west, south, east, north] = bounds;
    const has = lat.value !== "" && lon.value !== "";
    if (map) { if (has) map.mark(Number(lat.value), Number(lon.value)); return; }
    if (!mark || !picture || west === undefined || south === undefined || east === undefined || north === undefined || bounds.length !== 4) return;
    const seen = shown(picture, picture.naturalWidth / picture.naturalHeight || 16 / 9);
    const x = ((Number(lon.value) - west) / (east - west) - seen.x) / seen.w;
    const y = ((mercator(north) - mercator(Number(lat.value))) / (mercator(north) - mercator(south)) - seen.y) / seen.h;
    mark.toggleAttribute("hidden", !has || x < 0 || x > 1 || y < 0 || y > 1);
    mark.style.left = `${x * 100}%`;
    mark.style.top = `${y * 100}%`;
  };

  const set = (point: { lat: number; lon: number; id?: string; label?: string } | null): void => {
    lat.value = point ? point.lat.toFixed(6) : "";
    lon.value = point ? point.lon.toFixed(6) : "";
    ref.value = point?.id ?? "";
    chosen = Boolean(point?.label);
    if (point?.label) { input.value = point.label; byHand = false; }
    showMark();
    input.dispatchEvent(new CustomEvent("parvis:changed", { bubbles: true }));
  };

  const close = (): void => { list.hidden = true; active = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = (at: number): void => { const one = options[at]; if (one) { sure = Sure.Person; set(one); said.textContent = ""; } close(); input.focus(); };
  const point = (at: number): void => {
    active = at;
    all("[role=option]", list).forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    const option = list.children[at];
    if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
  };
  const show = (): void => {
    list.replaceChildren(...options.map((one, at) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}_${at}`, textContent: one.label });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(at); });
      return option;
    }));
    list.hidden = options.length === 0;
    input.setAttribute("aria-expanded", String(options.length > 0));
    active = -1;
    said.textContent = options.length ? say("found", { n: options.length }) : say("none");
  };
  const ask = async (query: string): Promise<Found[] | null> => {
    const turn = ++asked;
    try {
      const answer = await fetch(`${search}?${query}`, { headers: { Accept: "application/json" } });
      const found = answer.ok ? ((await answer.json()) as Found[] | { results: Found[] }) : [];
      return turn === asked ? (Array.isArray(found) ? found : found.results) : null;
    } catch {
      return null;
    }
  };

  if (search) {
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    input.addEventListener("input", () => {
      byHand = true;
      sure = Sure.Person;
      if (chosen) set(null); // a chosen address that is changed is no longer that address; a point on the map stays
      clearTimeout(timer);
      const text = input.value.trim();
      if (text.length < 3) { close(); said.textContent = ""; return; }
      timer = window.setTimeout(async () => {
        const found = await ask(new URLSearchParams({ q: text }).toString());
        if (found && document.activeElement === input) { options = found; show(); }
      }, 220);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (list.hidden || !options.length) return;
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        point((active + step + options.length) % options.length);
      } else if (event.key === "Enter" && !list.hidden && active >= 0) { event.preventDefault(); choose(active); }
      else if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); close(); }
    });
    input.addEventListener("blur", () => setTimeout(close, 150));
  }

  /* A point was given: say so, and name the nearest address unless the person wrote one. */
  const take = async (at: { lat: number; lon: number; id?: string }, text: string, how = Sure.Person, asked = true): Promise<void> => {
    if (how < sure) return;
    sure = how;
    set(at);
    said.textContent = text;
    if (!box.dataset.nearest) return;
    try {
      const answer = await fetch(`${box.dataset.nearest}?${new URLSearchParams({ lat: lat.value, lon: lon.value })}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || lat.value !== at.lat.toFixed(6)) return;
      const near = (await answer.json()) as Near;
      if (near.inside === false) {
        const where = near.neighbour ? say("neighbour", { name: near.neighbour.name }) : say("outside");
        said.textContent = asked ? where : ""; // whoever asked nothing is told nothing
        if (how !== Sure.Person) { sure = Sure.Nothing; set(null); return; } // a guess that cannot be right
      }
      if (near.found && (!byHand || how !== Sure.Person)) { input.value = near.found.label; byHand = false; }
    } catch { /* the point is enough */ }
  };

  if (picture && bounds.length === 4) {
    picture.addEventListener("click", (event) => {
      const [west = 0, south = 0, east = 0, north = 0] = bounds;
      const frame = picture.getBoundingClientRect();
      const seen = shown(picture, picture.naturalWidth / picture.naturalHeight || 16 / 9);
      const x = seen.x + ((event.clientX - frame.left) / frame.width) * seen.w;
      const y = seen.y + ((event.clientY - frame.top) / frame.height) * seen.h;
      const up = mercator(north) - y * (mercator(north) - mercator(south));
      void take({ lon: west + x * (east - west), lat: unmercator(up) }, say("here"));
    });
    if (picture.complete) showMark(); else picture.addEventListener("load", showMark);
    new ResizeObserver(showMark).observe(picture);
  }
  input.form?.addEventListener("parvis:restored", () => { sure = lat.value || input.value ? Sure.Person : Sure.Nothing; showMark(); });
  input.form?.addEventListener("reset", () => { sure = Sure.Nothing; byHand = false; said.textContent = ""; set(null); });

  const opener = find("open-map"), frame = find("frame");
  if (opener && frame) opener.addEventListener("click", async () => {
    opener.setAttribute("aria-busy", "true");
    try {
      const engine = await import("./engine.ts");
      map = await engine.pickMap(frame, box, say, (at) => void take(at, at.name || say("here")));
      opener.remove();
      mark?.setAttribute("hidden", "");
      showMark();
    } catch {
      opener.removeAttribute("aria-busy");
      said.textContent = say("noMap");
    }
  });

  const locate = find("locate");
  const here = (how: Sure, asked = true): void => {
    if (!("geolocation" in navigator) || how < sure) return;
    if (asked) said.textContent = say("locating");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => void take({ lat: coords.latitude, lon: coords.longitude }, say("mine", { metres: Math.round(coords.accuracy) }), how, asked),
      () => { if (asked && how >= sure) said.textContent = say("refused"); },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  };
  if (!("geolocation" in navigator)) locate?.remove();
  locate?.addEventListener("click", () => here(Sure.Person));
  // somebody who allowed it before need not press: the place is there, and can be changed
  box.addEventListener("parvis:locate", () => here(Sure.Phone, false));

  /* Begun on the square: with the phone's position ("#ici"), or with a photo that says where it was taken ("#photo"). What
     an older draft said of the place gives way. */
  const begun = location.hash;
  if (["#ici", "#photo"].includes(begun)) {
    sure = Sure.Nothing;
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  if (begun === "#ici") here(Sure.Phone);
  const photo = (): void => {
    const taken = JSON.parse(input.form?.dataset.taken ?? "null") as Taken | null;
    if (taken?.point) void take(taken.point, say("fromPhoto"), Sure.Photo);
    else if (taken?.fresh && begun === "#photo") here(Sure.Phone);
  };
  input.form?.addEventListener("parvis:taken", photo);
  photo();
});

/* Small things every island needs. All visible words come from the page, in the reader's language. */

export const root = document.documentElement;
export const person = (): string => root.dataset.person ?? "";
export const prefix = (): string => root.dataset.prefix ?? "";

export const all = <E extends Element = HTMLElement>(selector: string, within: ParentNode = document): E[] =>
  [...within.querySelectorAll<E>(selector)];

/* The words of an island stand on a <template data-words>, or on the page's <template id="words">. */
export function words(within: ParentNode = document): (name: string, values?: Record<string, string | number>) => string {
  const own = within.querySelector<HTMLElement>("template[data-words]");
  const common = document.getElementById("words");
  return (name, values = {}) => {
    const text = own?.dataset[name] ?? common?.dataset[name] ?? "";
    return text.replace(/%\((\w+)\)s/g, (_, key: string) => String(values[key] ?? "")).replaceAll("%%", "%");
  };
}

export function toast(text: string, seconds = 6): void {
  const place = document.querySelector("[data-toasts]");
  if (!place || !text) return;
  const box = document.createElement("div");
  box.className = "toast";
  box.append(Object.assign(document.createElement("span"), { textContent: text }));
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  close.setAttribute("aria-label", words()("close"));
  close.addEventListener("click", () => box.remove());
  box.append(close);
  place.append(box);
  if (seconds) setTimeout(() => { if (!box.matches(":hover, :focus-within")) box.remove(); }, seconds * 1000);
}

/* Whether the line is paid by the piece: nothing heavy is fetched unasked. */
export function metered(): boolean {
  const line = (navigator as Navigator & { connection?: { saveData?: boolean; effectiveType?: string } }).connection;
  return Boolean(line?.saveData) || ["slow-2g", "2g"].includes(line?.effectiveType ?? "");
}

export function cookie(name: string): string {
  return document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

/* An island starts once on each element, also when htmx brings new ones. */
export function each<E extends HTMLElement>(selector: string, start: (element: E) => void): (within: ParentNode) => void {
  const seen = new WeakSet<Element>();
  return (within) => {
    for (const element of all<E>(selector, within)) {
      if (seen.has(element)) continue;
      seen.add(element);
      start(element);
    }
  };
}

/* Tells the service worker who is here and which offline page to keep; lists the kept pages on the offline page. */
import { each, person, prefix, root } from "../lib/page.ts";

export function startWorker(): void {
  if (!("serviceWorker" in navigator) || !isSecureContext) return;
  addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register("/sw.js", { scope: "/" });
      const { active } = await navigator.serviceWorker.ready;
      if (root.dataset.kept === "1") return; // a page kept on the phone does not know who is here now
      active?.postMessage({ type: "here", person: person(), offline: `${prefix()}/hors-ligne/` });
    } catch { /* a browser that refuses: the portal works, without its offline part */ }
  });
  for (const form of document.querySelectorAll("form[data-forget]")) {
    form.addEventListener("submit", () => navigator.serviceWorker.controller?.postMessage({ type: "forget" }));
  }
}

export const keptPages = each("[data-kept-pages]", async (box) => {
  const list = box.querySelector("ul");
  if (!list || !("caches" in window)) return;
  for (const name of (await caches.keys()).filter((key) => key.startsWith("pages-"))) {
    const cache = await caches.open(name);
    for (const request of [...(await cache.keys())].reverse()) {
      const kept = await cache.match(request);
      const title = /<title>([^<]*)<\/title>/.exec((await kept?.text()) ?? "")?.[1]?.trim();
      if (!title || request.url.endsWith("/hors-ligne/") || !request.url.startsWith(`${location.origin}${prefix()}/`)) continue;
      const item = document.createElement("li");
      item.className = "go";
      const holder = Object.assign(document.createElement("div"), { className: "grow" });
      const area = document.createElement("textarea"); // decodes &amp; and its kin without ever running anything
      area.innerHTML = title;
      holder.append(Object.assign(document.createElement("a"), { href: request.url, textContent: area.value }));
      item.append(holder);
      list.append(item);
    }
  }
  box.hidden = list.children.length === 0;
});

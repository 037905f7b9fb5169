/* The service worker. Built files: from the phone first. Pages: from the network first, the last ones read kept.
   A page is kept only if its <html> says so: data-keep="public" (read without an account) or "mine" (kept for who is
   signed in, thrown away when that changes). Nothing else of a signed-in person is ever written to the phone. */

import { flush } from "./outbox/send.ts";

interface Config { version: string; shell: string[]; islands: string[]; offline: string; static: string }
const worker = self as unknown as ServiceWorkerGlobalScope & { parvis: Config };
const { version, shell, islands, offline, static: fixed } = worker.parvis;

const SHELL = `shell-${version}`;
const FILES = "files";
const PUBLIC = "pages-public";
const MINE = "pages-mine";
const FORMS = "-forms"; // pages with a form that may be sent offline: reading forty others does not push them out
const PICTURES = "pictures"; // what such a page shows; those of a signed-in person stand with their pages
const STATE = "state";
const MOST_PAGES = 40;
const MOST_FILES = 120;
const PATIENCE = 6000; // milliseconds before a kept page is shown instead of waiting for a slow line

worker.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(SHELL);
    await cache.addAll(shell);
    try { await cache.add(offline); } catch { /* busy: it is kept on the next visit */ }
    await worker.skipWaiting();
  })());
});

worker.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    // pages kept before this version still ask for its files
    const files = await caches.open(FILES);
    for (const name of (await caches.keys()).filter((key) => key.startsWith("shell-") && key !== SHELL)) {
      const old = await caches.open(name);
      for (const file of await old.keys()) {
        const copy = file.url.includes("/ui/dist/assets/") ? await old.match(file) : undefined;
        if (copy) await files.put(file, copy);
      }
      await caches.delete(name);
    }
    await trim(files, MOST_FILES);
    await worker.clients.claim();
  })());
});

async function trim(cache: Cache, most: number): Promise<void> {
  const keys = await cache.keys();
  for (const key of keys.slice(0, Math.max(0, keys.length - most))) await cache.delete(key);
}

async function owner(): Promise<string> {
  return (await (await (await caches.open(STATE)).match("/owner"))?.text()) ?? "";
}

/* Another person, or nobody: what was kept for the one before goes. */
async function belongsTo(person: string): Promise<void> {
  if ((await owner()) === person) return;
  await forgetMine(person);
}

async function forgetMine(person: string): Promise<void> {
  for (const name of [MINE, MINE + FORMS, MINE + PICTURES]) await caches.delete(name);
  await (await caches.open(STATE)).put("/owner", new Response(person));
}

/* A page asks to open without a line from now on: itself, the scripts of its parts, its pictures, the list of what waits. */
async function keepAll(page: string, list: string, pictures: readonly string[], parts: readonly string[]): Promise<void> {
  const files = await caches.open(FILES);
  for (const file of [...islands, ...parts]) if (!(await caches.match(file))) await files.add(file).catch(() => undefined);
  const known = await caches.open(SHELL);
  // as everybody sees it: nothing of who is signed in
  const empty = list && !(await known.match(list)) ? await fetch(list, { credentials: "omit" }).catch(() => null) : null;
  if (empty?.ok) await known.put(list, marked(await empty.text(), empty));
  const answer = (await kept(new Request(page))) ? null : await fetch(page, { credentials: "same-origin" }).catch(() => null);
  if (answer) await keep(new Request(page), answer);
  const own = (await (await caches.open(MINE + FORMS)).match(page)) ? MINE + PICTURES : PICTURES;
  const shown = await caches.open(own);
  for (const picture of pictures) if (!(await shown.match(picture))) await shown.add(picture).catch(() => undefined);
  await trim(shown, MOST_FILES);
}

worker.addEventListener("message", (event) => {
  const message = event.data as { type: string; person?: string; offline?: string; page?: string; list?: string; pictures?: string[]; parts?: string[] };
  event.waitUntil((async () => {
    if (message.type === "forget") {
      await forgetMine("");
    } else if (message.type === "keep") {
      await belongsTo(message.person ?? "");
      await keepAll(message.page ?? "", message.list ?? "", message.pictures ?? [], message.parts ?? []);
    } else if (message.type === "here") {
      await belongsTo(message.person ?? "");
      const cache = await caches.open(SHELL);
      if (message.offline && !(await cache.match(message.offline))) {
        try { await cache.add(message.offline); } catch { /* next time */ }
      }
    }
  })());
});

async function fromPhone(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic") {
    const cache = await caches.open(FILES);
    await cache.put(request, answer.clone());
    await trim(cache, MOST_FILES);
  }
  return answer;
}

/* The phone says that the line is back, perhaps with every page closed. */
worker.addEventListener("sync", (event) => {
  const { tag, waitUntil } = event as ExtendableEvent & { tag: string };
  if (tag === "outbox") waitUntil.call(event, flush().then((round) => { if (!round.line) throw new Error("no line yet"); }));
});

/* A page as it is kept: it says so, and who is here is asked of this worker, not of the page. */
const marked = (text: string, answer: Response): Response =>
  new Response(text.replace("<html ", '<html data-kept="1" '), { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": answer.headers.get("Content-Security-Policy") ?? "" } });

async function keep(request: Request, answer: Response): Promise<void> {
  if (!answer.ok || answer.redirected || answer.type !== "basic" || !answer.headers.get("Content-Type")?.startsWith("text/html")) return;
  const text = await answer.text();
  const tag = /<html[^>]*>/.exec(text.slice(0, 2000))?.[0] ?? "";
  const wish = /data-keep="(\w*)"/.exec(tag)?.[1] ?? "";
  const by = /data-person="(\w*)"/.exec(tag)?.[1] ?? "";
  await belongsTo(by);
  if (wish !== "public" && !(wish === "mine" && by)) return;
  const cache = await caches.open((wish === "mine" ? MINE : PUBLIC) + (text.includes(" data-outbox=") ? FORMS : ""));
  await cache.delete(request); // so that the newest stands last
  await cache.put(request, marked(text, answer));
  await trim(cache, MOST_PAGES);
}

async function kept(request: Request): Promise<Response | undefined> {
  for (const name of [MINE, MINE + FORMS, PUBLIC, PUBLIC + FORMS, SHELL]) {
    const found = await (await caches.open(name)).match(request, { ignoreVary: true });
    if (found) return found;
  }
  return undefined;
}

/* A picture of a kept page: as it is now, or as it was. */
async function picture(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    for (const name of [MINE + PICTURES, PICTURES]) {
      const found = await (await caches.open(name)).match(request, { ignoreVary: true });
      if (found) return found;
    }
    return Response.error();
  }
}

async function offlinePage(request: Request): Promise<Response> {
  const cache = await caches.open(SHELL);
  const path = new URL(request.url).pathname;
  const pages = (await cache.keys()).map((key) => new URL(key.url).pathname).filter((at) => at.endsWith("/hors-ligne/"));
  const best = pages.filter((at) => path.startsWith(at.slice(0, -"hors-ligne/".length))).sort((a, b) => b.length - a.length)[0] ?? pages[0];
  return (best ? await cache.match(best) : undefined) ?? Response.error();
}

async function page(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const network = fetch(request).then((answer) => {
    event.waitUntil(keep(request, answer.clone()));
    return answer;
  });
  const slow = new Promise<undefined>((done) => setTimeout(() => done(undefined), PATIENCE));
  try {
    const first = await Promise.race([network, slow]);
    return first ?? (await kept(request)) ?? (await network);
  } catch {
    return (await kept(request)) ?? (await offlinePage(request));
  }
}

interface Said { title: string; body?: string; url?: string; tag?: string }

/* A message of the portal (RFC 8030). The same one again, after a crash of the sender, takes the place of the first. */
worker.addEventListener("push", (event) => {
  let said: Said;
  try { said = event.data?.json() as Said; } catch { return; }
  if (!said?.title) return;
  event.waitUntil(worker.registration.showNotification(said.title, { body: said.body, tag: said.tag, data: said.url, icon: "/icone-192.png" }));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = String(event.notification.data ?? "");
  if (!url.startsWith(`${worker.location.origin}/`)) return; // nothing leads out of the portal
  event.waitUntil((async () => {
    const open = (await worker.clients.matchAll({ type: "window" })).find((client) => client.url === url);
    await (open ? open.focus() : worker.clients.openWindow(url));
  })());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (request.mode === "navigate") {
    if (!/\/(bureau|api|admin)\//.test(url.pathname) || url.pathname.endsWith("/bureau/terrain/")) event.respondWith(page(event));
  } else if (url.pathname.startsWith(`${fixed}ui/dist/assets/`) || shell.includes(url.pathname + url.search) || url.pathname.endsWith("/couleurs.css")) {
    event.respondWith(fromPhone(request));
  } else if (request.destination === "image") {
    event.respondWith(picture(request));
  }
});

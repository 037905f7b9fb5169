/* What waits on this phone, in IndexedDB: sendings with their photos, and the photos of a form not sent yet.
   Shared by pages and by the service worker: nothing here knows a document. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

export type State = "waiting" | "refused" | "conflict" | "accepted";
/* Why a waiting one waits for somebody: its author is not the one signed in, or must sign in. */
export type Asks = "" | "other" | "author";
export interface Kept { field: string; name: string; type: string; bytes: ArrayBuffer; taken?: number }
export interface Fault { id: string; label: string; text: string }

export interface Sending {
  key: string; // the idempotency key: the server counts it once
  order: number; // they leave in this order
  person: string; // its author, as the page's data-person
  prefix: string; // language and town
  action: string; // where it is sent
  page: string; // where it is corrected
  kind: string; // the form's name
  title: string;
  hint: string;
  at: number;
  fields: [string, string][];
  files: Kept[];
  state: State;
  asks: Asks;
  tries: number;
  said: string; // what the server said
  code: string;
  url: string;
  faults: Fault[];
}

export const isFull = (error: unknown): boolean => error instanceof DOMException && error.name === "QuotaExceededError";

export interface Photos { key: string; person: string; at: number; files: Kept[] }

interface Shape extends DBSchema {
  sendings: { key: string; value: Sending; indexes: { order: number } };
  photos: { key: string; value: Photos };
}

const WEEK = 7 * 24 * 3600 * 1000; // milliseconds: how long what was accepted is still listed
const MONTH = 30 * 24 * 3600 * 1000; // how long the photos of a form not sent are kept

let opened: Promise<IDBPDatabase<Shape>> | null = null;

const base = (): Promise<IDBPDatabase<Shape>> =>
  (opened ??= openDB<Shape>("parvis-outbox", 1, {
    upgrade(made) {
      made.createObjectStore("sendings", { keyPath: "key" }).createIndex("order", "order");
      made.createObjectStore("photos", { keyPath: "key" });
    },
    terminated() { opened = null; },
    blocking(_now, _next, event) { (event.target as IDBDatabase).close(); opened = null; },
  }).catch((error: unknown) => { opened = null; throw error; }));

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("parvis-outbox") : null;

const listeners = new Set<(changed: Sending | null) => void>();

/* This page, other tabs, and pages while the service worker sends, hear of each change. */
export function onChange(run: (changed: Sending | null) => void): void {
  listeners.add(run);
  channel?.addEventListener("message", (event) => run(event.data as Sending | null));
}
function tell(changed: Sending | null): void {
  for (const run of listeners) run(changed);
  channel?.postMessage(changed && { ...changed, files: [] });
}

/* Bytes, not files: some phones lose a file kept in IndexedDB. */
export const keptFiles = (field: string, files: Iterable<File>): Promise<Kept[]> =>
  Promise.all([...files].map(async (file) => ({ field, name: file.name, type: file.type, bytes: await file.arrayBuffer(), taken: file.lastModified })));
export const asFile = (kept: Kept): File => new File([kept.bytes], kept.name, { type: kept.type, lastModified: kept.taken });

export async function all(): Promise<Sending[]> {
  return (await base()).getAllFromIndex("sendings", "order");
}

export async function one(key: string): Promise<Sending | undefined> {
  return (await base()).get("sendings", key);
}

/* Keep a sending, last in the order; the same key takes its old place. Rejects with QuotaExceededError on a full phone. */
export async function put(sending: Omit<Sending, "order">): Promise<Sending> {
  const work = (await base()).transaction("sendings", "readwrite", { durability: "strict" });
  const before = await work.store.get(sending.key);
  const last = before ? null : await work.store.index("order").openKeyCursor(null, "prev");
  const whole = { ...sending, order: before?.order ?? (last ? last.key + 1 : 1) };
  await work.store.put(whole);
  await work.done;
  tell(whole);
  return whole;
}

/* Change one that is still there: what somebody deleted while it was leaving stays deleted. */
export async function change(key: string, values: Partial<Sending>): Promise<Sending | null> {
  const work = (await base()).transaction("sendings", "readwrite");
  const before = await work.store.get(key);
  if (before) await work.store.put({ ...before, ...values });
  await work.done;
  if (!before) return null;
  const after = { ...before, ...values };
  tell(after);
  return after;
}

export async function remove(key: string): Promise<void> {
  await (await base()).delete("sendings", key);
  tell(null);
}

/* What was accepted long ago leaves the list; photos of a form nobody sent, too. */
export async function tidy(now = Date.now()): Promise<void> {
  const kept = await base();
  for (const each of await kept.getAll("sendings")) if (each.state === "accepted" && now - each.at > WEEK) await kept.delete("sendings", each.key);
  for (const each of await kept.getAll("photos")) if (now - each.at > MONTH) await kept.delete("photos", each.key);
}

export async function keepPhotos(photos: Photos): Promise<void> {
  if (photos.files.length) await (await base()).put("photos", photos);
  else await (await base()).delete("photos", photos.key);
}
export async function photosOf(key: string): Promise<Photos | undefined> {
  return (await base()).get("photos", key);
}
export async function forgetPhotos(key: string): Promise<void> {
  await (await base()).delete("photos", key);
}
export async function forgetPhotosBy(person: string): Promise<void> {
  const kept = await base();
  for (const each of await kept.getAll("photos")) if (each.person === person) await kept.delete("photos", each.key);
}

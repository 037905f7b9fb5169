/* What waits leaves, one after the other, in the order it was written; the page and the service worker both come here.
   A lock lets one of them through at a time; the server counts a key once, should both be too quick. */
import { all, asFile, change, one, tidy, type Asks, type Fault, type Sending } from "./store.ts";

interface Answer { state: "accepted" | "refused" | "conflict" | "sign_in" | "later"; text: string; code: string; url: string; faults?: Fault[]; page?: string; kept?: boolean }
interface Fresh { csrf: string; person: string }
/* `line`: whether the server could be reached. `page`: what it showed for the sending of the form in front, refused. */
export interface Round { line: boolean; done: Sending[]; page: string }

const STUBBORN = 8; // tries after which one that never goes through holds the others up no longer
const PATIENCE = 5 * 60 * 1000; // milliseconds: five photos on a very slow line

async function fresh(prefix: string): Promise<Fresh | null> {
  const answer = await fetch(`${prefix}/jeton/`, { headers: { Accept: "application/json" }, cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(20_000) });
  return answer.ok && answer.headers.get("Content-Type")?.startsWith("application/json") ? ((await answer.json()) as Fresh) : null;
}

async function post(sending: Sending, csrf: string, front: boolean): Promise<Answer | null> {
  const body = new FormData();
  for (const [name, value] of sending.fields) body.append(name, value);
  for (const file of sending.files) body.append(file.field, asFile(file));
  body.set("csrfmiddlewaretoken", csrf);
  body.set("idempotency_key", sending.key);
  body.set("sent_at", new Date(sending.at).toISOString());
  const answer = await fetch(sending.action, {
    method: "POST", body, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(PATIENCE),
    headers: { "X-Outbox": front ? "page" : "1", "X-CSRFToken": csrf, Accept: "application/json" },
  });
  // a hotel's welcome page, a proxy's excuse: not the house, so nothing is known yet
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return null;
  return (await answer.json()) as Answer;
}

/* Send one. Returns its new self, or null when the line or the server could not take it. */
async function leave(sending: Sending, front: boolean, round: Round): Promise<Sending | null> {
  const token = await fresh(sending.prefix);
  if (!token) return null;
  if (token.person !== sending.person) return change(sending.key, { asks: asks(sending, token) });
  const answer = await post(sending, token.csrf, front);
  if (!answer || answer.state === "later") return null;
  if (answer.state === "sign_in") return change(sending.key, { asks: "author" });
  const said = { asks: "" as Asks, tries: sending.tries + 1, said: answer.text, code: answer.code, url: answer.url, faults: answer.faults ?? [] };
  if (front) round.page = answer.page ?? "";
  // what has arrived needs its photos no more: the phone has room again
  return change(sending.key, { ...said, state: answer.state, ...(answer.kept ? { files: [], fields: [] } : {}) });
}

const asks = (sending: Sending, token: Fresh): Asks => (token.person === "" && sending.person ? "author" : "other");

async function sendAll(front: string): Promise<Round> {
  const round: Round = { line: true, done: [], page: "" };
  await tidy();
  for (const { key, state } of await all()) {
    if (state !== "waiting") continue;
    const sending = await one(key); // as it is now: it may have been deleted or corrected meanwhile
    if (!sending || sending.state !== "waiting") continue;
    let after: Sending | null = null;
    try { after = await leave(sending, key === front, round); } catch { /* no line: as if nothing had been sent */ }
    if (after) { round.done.push(after); continue; }
    await change(key, { tries: sending.tries + 1 });
    if (sending.tries < STUBBORN) return { ...round, line: false };
  }
  return round;
}

/* Send all that waits; `front` is the key of the form somebody is looking at. Stops at the first that the line refuses. */
export function flush(front = ""): Promise<Round> {
  return navigator.locks ? navigator.locks.request("parvis-outbox", () => sendAll(front)) as Promise<Round> : sendAll(front);
}

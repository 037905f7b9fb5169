/* The page "what waits on this phone": each sending with its photos, its state, what the server said, what can be done. */
import { each, root, words } from "../lib/page.ts";
import { all, change, onChange, remove, type Sending } from "./store.ts";
import { go, hasWaiting, whoIsHere } from "./watch.ts";

const TONES: Record<Sending["state"], string> = { waiting: "attention", refused: "danger", conflict: "late", accepted: "ok" };

export const outboxLists = each("[data-outbox-list]", (box) => {
  const list = box.querySelector("ol");
  const empty = box.querySelector<HTMLElement>("[data-empty]");
  const model = box.querySelector<HTMLTemplateElement>("template[data-item]");
  const retry = box.querySelector<HTMLButtonElement>("[data-retry-all]");
  if (!list || !empty || !model || !retry) return;
  const say = words(box);
  const when = new Intl.DateTimeFormat(root.lang, { dateStyle: "medium", timeStyle: "short" });
  let urls: string[] = [];

  const button = (text: string, run: () => void, kind = "quiet"): HTMLButtonElement => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: `btn small ${kind}`, textContent: text });
    made.addEventListener("click", run);
    return made;
  };
  const link = (text: string, href: string): HTMLAnchorElement => Object.assign(document.createElement("a"), { className: "btn small", textContent: text, href });

  const state = (sending: Sending): string => {
    if (sending.state !== "waiting") return say(sending.state);
    if (sending.asks) return say(sending.asks === "author" ? "waitingAuthor" : "waitingOther");
    return say(sending.tries ? "waitingTried" : "waiting");
  };

  const acts = (sending: Sending, here: string): HTMLElement[] => {
    const made: HTMLElement[] = [];
    const mine = sending.person === here;
    if (sending.state === "accepted" && sending.url && mine) made.push(link(say("see"), sending.url));
    if (sending.state === "refused" && mine) made.push(link(say("correct"), `${sending.page}#envoi=${sending.key}`));
    if (sending.state === "waiting" && sending.asks === "author") made.push(link(say("signIn"), `${box.dataset.signIn ?? ""}?next=${encodeURIComponent(location.pathname)}`));
    if (sending.state === "waiting" && sending.asks && !sending.person) made.push(button(say("adopt"), () => void change(sending.key, { person: here, asks: "" }).then(go).then(draw), ""));
    if (sending.state === "waiting" && !sending.asks) made.push(button(say("retry"), () => void go().then(draw)));
    if (sending.state === "conflict" && sending.url && mine) made.push(link(say("see"), sending.url));
    made.push(button(say("delete"), () => {
      if (sending.state === "accepted" || confirm(say("deleteSure"))) void remove(sending.key).then(() => { hasWaiting(); void draw(); box.focus(); });
    }, "quiet danger"));
    for (const act of made) act.setAttribute("aria-describedby", `envoi-${sending.key}`);
    return made;
  };

  const item = (sending: Sending, here: string): Element => {
    const node = (model.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    const part = (name: string): HTMLElement => node.querySelector(`[data-${name}]`) as HTMLElement;
    const mine = sending.person === here || !sending.person;
    node.id = sending.key;
    part("title").id = `envoi-${sending.key}`;
    // what somebody else wrote on this phone is never shown, only that it waits
    part("title").textContent = mine ? [sending.title, sending.code].filter(Boolean).join(" ") : say(here ? "somebodyElse" : "signedOut");
    part("hint").textContent = mine ? sending.hint : "";
    part("at").textContent = when.format(sending.at);
    part("state").textContent = state(sending);
    part("state").className = `tag ${TONES[sending.state]}`;
    part("said").textContent = mine && sending.state !== "accepted" && !sending.faults.length ? sending.said : "";
    part("faults").replaceChildren(...(mine && sending.state === "refused" ? sending.faults : []).map((fault) =>
      Object.assign(document.createElement("li"), { textContent: [fault.label, fault.text].filter(Boolean).join(" : ") })));
    part("photos").replaceChildren(...(mine ? sending.files : []).filter((file) => file.type.startsWith("image/")).map((file, at) => {
      const url = URL.createObjectURL(new Blob([file.bytes], { type: file.type }));
      urls.push(url);
      return Object.assign(document.createElement("img"), { src: url, alt: say("photo", { n: at + 1 }), width: 96, height: 72 });
    }));
    part("acts").replaceChildren(...acts(sending, here));
    for (const name of ["hint", "said", "faults", "photos"]) part(name).hidden = !part(name).childNodes.length;
    return node;
  };

  const draw = async (): Promise<void> => {
    try {
      const [rows, here] = [await all(), await whoIsHere()];
      for (const url of urls) URL.revokeObjectURL(url);
      urls = [];
      list.replaceChildren(...rows.map((row) => item(row, here)));
      list.hidden = rows.length === 0;
      empty.hidden = rows.length > 0;
      retry.hidden = !rows.some((row) => row.state === "waiting");
    } catch {
      empty.hidden = false;
      empty.textContent = say("unable");
    }
  };
  retry.addEventListener("click", () => void go().then(draw));
  onChange(() => void draw());
  void draw();
});

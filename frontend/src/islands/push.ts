/* Shows our messages on this device: asks the browser once, and tells the portal where they are posted. */
import { freshToken } from "../lib/token.ts";

export function pushes(within: ParentNode): void {
  for (const box of within.querySelectorAll<HTMLElement>("[data-push]")) void wire(box);
}

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

async function wire(box: HTMLElement): Promise<void> {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !isSecureContext) return;
  const button = box.querySelector<HTMLButtonElement>("button");
  const said = box.querySelector<HTMLElement>("[role=status]");
  if (!button || !said) return;
  const { pushManager } = await navigator.serviceWorker.ready;
  box.hidden = false;
  const held = await pushManager.getSubscription();
  if (held && box.dataset.known?.split(" ").includes(await print(held.endpoint))) {
    button.hidden = true;
    said.textContent = box.dataset.done ?? "";
  }
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    try {
      const options = { userVisibleOnly: true, applicationServerKey: bytes(box.dataset.push ?? "") };
      const subscription = (await pushManager.getSubscription()) ?? (await pushManager.subscribe(options));
      const token = (await freshToken())?.csrf ?? "";
      const answer = await fetch(box.dataset.action ?? "", {
        method: "POST", credentials: "same-origin", body: JSON.stringify(subscription),
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      button.hidden = true;
      said.textContent = box.dataset.done ?? "";
    } catch {
      said.textContent = box.dataset.refused ?? "";
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}

/* The page knows its devices by a digest: no address of a push service stands in it. */
async function print(endpoint: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 16);
}

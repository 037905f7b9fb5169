/* The public map: a drawn preview until somebody opens it; then, and only then, the engine is fetched. */
import { all, each, metered, words } from "../lib/page.ts";
import type { OpenMap } from "./engine.ts";

export const maps = each("parvis-map", (box) => {
  const opener = box.querySelector<HTMLButtonElement>("[data-open-map]");
  const frame = box.querySelector<HTMLElement>("[data-frame]");
  const said = box.querySelector<HTMLElement>("[data-said]");
  if (!opener || !frame || !said) return;
  const say = words(box);
  const tell = (text: string): void => { said.textContent = text; said.hidden = !text; };
  let opened: Promise<OpenMap | null> | null = null;
  const open = (): Promise<OpenMap | null> => (opened ??= fetchAndOpen());
  const fetchAndOpen = async (): Promise<OpenMap | null> => {
    opener.setAttribute("aria-busy", "true");
    tell(say("loading"));
    let engine: typeof import("./engine.ts");
    try {
      engine = await import("./engine.ts");
    } catch {
      opener.removeAttribute("aria-busy");
      tell(say("failed"));
      opened = null;
      return null;
    }
    try {
      const map = await engine.openMap(frame, box, say);
      opener.remove();
      tell("");
      box.dispatchEvent(new CustomEvent("parvis:map", { detail: map }));
      return map;
    } catch (error) {
      opener.removeAttribute("aria-busy");
      const unable = error instanceof engine.NoWebGL;
      if (unable) opener.remove();
      tell(say(unable ? "unable" : "failed"));
      if (!unable) opened = null;
      return null;
    }
  };
  opener.addEventListener("click", () => void open());
  box.addEventListener("parvis:open", () => void open());
  if (metered() && say("metered")) opener.append(` · ${say("metered")}`);
  // each line of the list beside the map can show itself on it
  for (const button of all<HTMLButtonElement>(`[data-show-on="${box.id}"]`)) {
    button.addEventListener("click", async () => {
      frame.scrollIntoView({ block: "nearest" });
      (await open())?.show(Number(button.dataset.lat), Number(button.dataset.lon));
    });
  }
  // a shared link to a spot on the map opens it, unless the line is paid by the piece
  if (location.hash.startsWith(`#${box.id}=`) && !metered()) void open();
});

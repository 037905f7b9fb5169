/* The public map: a drawn preview until somebody opens it; then, and only then, the engine is fetched. */
import { each, metered, words } from "../lib/page.ts";

export const maps = each("parvis-map", (box) => {
  const opener = box.querySelector<HTMLButtonElement>("[data-open-map]");
  const frame = box.querySelector<HTMLElement>("[data-frame]");
  const said = box.querySelector<HTMLElement>("[data-said]");
  if (!opener || !frame || !said) return;
  const say = words(box);
  const tell = (text: string): void => { said.textContent = text; said.hidden = !text; };
  const open = async (): Promise<void> => {
    opener.setAttribute("aria-busy", "true");
    tell(say("loading"));
    let engine: typeof import("./engine.ts");
    try {
      engine = await import("./engine.ts");
    } catch {
      opener.removeAttribute("aria-busy");
      tell(say("failed"));
      return;
    }
    try {
      await engine.openMap(frame, box, say);
      opener.remove();
      tell("");
    } catch (error) {
      opener.removeAttribute("aria-busy");
      const unable = error instanceof engine.NoWebGL;
      if (unable) opener.remove();
      tell(say(unable ? "unable" : "failed"));
    }
  };
  opener.addEventListener("click", () => void open());
  if (metered() && say("metered")) opener.append(` · ${say("metered")}`);
  // a shared link to a spot on the map opens it, unless the line is paid by the piece
  if (location.hash.startsWith(`#${box.id}=`) && !metered()) void open();
});

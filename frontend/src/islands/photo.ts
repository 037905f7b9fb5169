/* A photo is shown at once and made smaller here, before it leaves: a rural line sends 300 kB instead of 6 MB.
   What cannot be read here leaves as it is; the server decides. */
import { each, root, words } from "../lib/page.ts";
import { takenAt, type Point } from "../lib/taken.ts";

const LIGHT = 600_000; // bytes
const FRESH = 15 * 60 * 1000; // milliseconds: a photo taken since then was taken here

/* What a photo says of its place, left on its form for the field that asks where. */
export interface Taken { point: Point | null; fresh: boolean }

async function smaller(file: File, edge: number, quality: number): Promise<File> {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, edge / Math.max(image.width, image.height));
  if (scale === 1 && file.type === "image/jpeg" && file.size < LIGHT) { image.close(); return file; } // made smaller before
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.fillStyle = "#fff"; // what is transparent becomes white, not black
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
}

export const photos = each("[data-photo]", (box) => {
  const input = box.querySelector<HTMLInputElement>("input[type=file]");
  const thumbs = box.querySelector<HTMLElement>(".thumbs");
  const said = box.querySelector<HTMLElement>("[data-said]");
  const cross = box.querySelector<HTMLTemplateElement>("template[data-close-icon]");
  if (!input || !thumbs || !said) return;
  const say = words();
  const weight = new Intl.NumberFormat(root.lang, { style: "unit", unit: "kilobyte", unitDisplay: "short" });
  let files: File[] = [];
  let urls: string[] = [];

  const put = (): void => {
    const carrier = new DataTransfer();
    for (const file of files) carrier.items.add(file);
    input.files = carrier.files;
  };
  const changed = (): boolean => input.dispatchEvent(new CustomEvent("parvis:photos", { bubbles: true }));
  const draw = (): void => {
    for (const url of urls) URL.revokeObjectURL(url);
    urls = files.map((file) => URL.createObjectURL(file));
    thumbs.hidden = files.length === 0;
    thumbs.replaceChildren(...files.map((file, at) => {
      const figure = document.createElement("figure");
      const isPaper = file.type === "application/pdf";
      const image = isPaper ? Object.assign(document.createElement("span"), { textContent: file.name }) : Object.assign(document.createElement("img"), { src: urls[at], alt: file.name });
      image.addEventListener("error", () => { said.textContent = say("photoUnreadable"); image.remove(); });
      const remove = Object.assign(document.createElement("button"), { type: "button" });
      remove.setAttribute("aria-label", `${say("remove")} : ${file.name}`);
      if (cross) remove.append(cross.content.cloneNode(true));
      remove.addEventListener("click", () => { files.splice(at, 1); put(); draw(); input.focus(); said.textContent = ""; changed(); });
      const size = Object.assign(document.createElement("small"), { textContent: weight.format(Math.max(1, Math.round(file.size / 1000))) });
      figure.append(image, remove, size);
      return figure;
    }));
  };

  input.addEventListener("change", async () => {
    const chosen = [...(input.files ?? [])];
    files = input.multiple ? [...files, ...chosen] : chosen;
    said.textContent = chosen.length ? say("preparing") : "";
    const bar = Object.assign(document.createElement("progress"), { className: "progress", max: chosen.length, value: 0 });
    bar.setAttribute("aria-label", say("preparing"));
    if (chosen.length) said.after(bar);
    let taken: Taken | null = null;
    for (const file of chosen) {
      const point = await takenAt(file);
      if (point || !taken?.point) taken = { point, fresh: Date.now() - file.lastModified < FRESH };
      try {
        const light = await smaller(file, Number(box.dataset.edge ?? 1600), Number(box.dataset.quality ?? 0.8));
        files = files.map((one) => (one === file ? light : one));
      } catch { /* kept as it is */ }
      bar.value += 1;
    }
    bar.remove();
    said.textContent = "";
    put();
    draw();
    changed();
    if (!taken || !input.form) return;
    input.form.dataset.taken = JSON.stringify(taken);
    input.dispatchEvent(new CustomEvent("parvis:taken", { bubbles: true }));
  });
  if (input.files?.length) input.dispatchEvent(new Event("change", { bubbles: true })); // put there before this script came
  input.form?.addEventListener("reset", () => { files = []; draw(); said.textContent = ""; });

  input.form?.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !files.length) return;
    said.textContent = say("sending");
    const bar = Object.assign(document.createElement("progress"), { className: "progress" });
    bar.setAttribute("aria-label", say("sending"));
    said.after(bar);
  });
});

/* Rectangles over a photo: drawn with a finger, a pen or a mouse, moved and resized by dragging or by the arrow keys.
   The numbers of the form are the truth: without this script they are typed. */
import "../css/blur.css";
import { all, each, words } from "../lib/page.ts";

type Row = { box: HTMLFieldSetElement; inputs: HTMLInputElement[]; part: HTMLElement | null };
const SMALLEST = 1; // hundredths of a side
const STEP = 1;

export const blurs = each<HTMLFormElement>("form[data-blur]", (form) => {
  const stage = form.querySelector<HTMLElement>("[data-blur-stage]");
  const list = form.querySelector<HTMLElement>("[data-blur-rows]");
  const tools = form.querySelector<HTMLElement>("[data-blur-tools]");
  if (!stage || !list || !tools) return;
  const say = words(form);
  const fresh = list.querySelector("fieldset")?.cloneNode(true) as HTMLFieldSetElement;
  for (const input of all<HTMLInputElement>("input", fresh)) input.setAttribute("value", "");
  let rows: Row[] = all<HTMLFieldSetElement>("fieldset", list).map(row);
  tools.hidden = false;

  function row(box: HTMLFieldSetElement): Row {
    const made: Row = { box, inputs: all<HTMLInputElement>("input", box), part: null };
    box.addEventListener("input", () => draw(made));
    return made;
  }
  const numbers = (of: Row): number[] => of.inputs.map((input) => Number(input.value.replace(",", ".")));
  const isEmpty = (of: Row): boolean => of.inputs.some((input) => !input.value.trim());

  function put(into: Row, left: number, top: number, width: number, height: number): void {
    const w = Math.min(100, Math.max(SMALLEST, width));
    const h = Math.min(100, Math.max(SMALLEST, height));
    const at = [Math.min(100 - w, Math.max(0, left)), Math.min(100 - h, Math.max(0, top)), w, h];
    into.inputs.forEach((input, n) => (input.value = (Math.floor((at[n] ?? 0) * 10) / 10).toString()));
    draw(into);
  }

  function draw(of: Row): void {
    const shown = !isEmpty(of) && numbers(of).every((number) => number >= 0 && number <= 100);
    if (!shown) { of.part?.remove(); of.part = null; return; }
    of.part ??= make(of);
    const [left = 0, top = 0, width = 0, height = 0] = numbers(of);
    Object.assign(of.part.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
    of.part.setAttribute("aria-label", say("part", { n: rows.indexOf(of) + 1 || rows.length + 1 }));
  }

  function make(of: Row): HTMLElement {
    const part = document.createElement("div");
    part.className = "blur-part";
    part.tabIndex = 0;
    part.setAttribute("role", "button");
    const corner = Object.assign(document.createElement("span"), { className: "blur-corner" });
    const cross = Object.assign(document.createElement("span"), { className: "blur-cross", textContent: "×" }); // keys: Delete
    for (const grip of [corner, cross]) { grip.setAttribute("aria-hidden", "true"); part.append(grip); }
    cross.addEventListener("pointerdown", (event) => event.stopPropagation());
    cross.addEventListener("click", () => remove(of));
    part.addEventListener("keydown", (event) => keys(of, event));
    part.addEventListener("pointerdown", (event) => drag(of, event, event.target === corner));
    stage?.append(part);
    return part;
  }

  function remove(of: Row): void {
    const near = rows[rows.indexOf(of) + 1]?.part ?? rows[rows.indexOf(of) - 1]?.part;
    for (const input of of.inputs) input.value = "";
    draw(of);
    (near ?? tools?.querySelector<HTMLElement>("[data-blur-add]"))?.focus();
  }

  function keys(of: Row, event: KeyboardEvent): void {
    if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); remove(of); return; }
    const across = event.key === "ArrowRight" ? STEP : event.key === "ArrowLeft" ? -STEP : 0;
    const down = event.key === "ArrowDown" ? STEP : event.key === "ArrowUp" ? -STEP : 0;
    if (!across && !down) return;
    event.preventDefault();
    const [left = 0, top = 0, width = 0, height = 0] = numbers(of);
    if (event.shiftKey) put(of, left, top, Math.min(width + across, 100 - left), Math.min(height + down, 100 - top));
    else put(of, left + across, top + down, width, height);
  }

  function point(event: PointerEvent): [number, number] {
    const box = (stage as HTMLElement).getBoundingClientRect();
    const within = (value: number): number => Math.min(100, Math.max(0, value));
    return [within((100 * (event.clientX - box.left)) / box.width), within((100 * (event.clientY - box.top)) / box.height)];
  }

  function follow(event: PointerEvent, moved: (x: number, y: number) => void): void {
    event.preventDefault();
    event.stopPropagation();
    const target = stage as HTMLElement;
    target.setPointerCapture(event.pointerId);
    const move = (next: PointerEvent): void => { if (next.pointerId === event.pointerId) moved(...point(next)); };
    const end = (next: PointerEvent): void => {
      if (next.pointerId !== event.pointerId) return;
      target.removeEventListener("pointermove", move);
      target.removeEventListener("pointerup", end);
      target.removeEventListener("pointercancel", end);
    };
    target.addEventListener("pointermove", move);
    target.addEventListener("pointerup", end);
    target.addEventListener("pointercancel", end);
  }

  function drag(of: Row, event: PointerEvent, resizes: boolean): void {
    const [left = 0, top = 0, width = 0, height = 0] = numbers(of);
    const [x, y] = point(event);
    of.part?.focus();
    follow(event, (nextX, nextY) => {
      if (resizes) put(of, left, top, nextX - left, nextY - top);
      else put(of, left + nextX - x, top + nextY - y, width, height);
    });
  }

  function free(): Row {
    const empty = rows.find(isEmpty);
    if (empty) return empty;
    const box = fresh.cloneNode(true) as HTMLFieldSetElement;
    const legend = box.querySelector("legend");
    if (legend) legend.textContent = legend.textContent?.replace("1", String(rows.length + 1)) ?? "";
    list?.append(box);
    const made = row(box);
    rows = [...rows, made];
    return made;
  }

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const [x, y] = point(event);
    let drawn: Row | null = null;
    follow(event, (nextX, nextY) => {
      if (!drawn && Math.max(Math.abs(nextX - x), Math.abs(nextY - y)) < SMALLEST) return; // a tap draws nothing
      drawn ??= free();
      put(drawn, Math.min(x, nextX), Math.min(y, nextY), Math.abs(nextX - x), Math.abs(nextY - y));
      drawn.part?.focus();
    });
  });
  tools.querySelector("[data-blur-add]")?.addEventListener("click", () => {
    const made = free();
    put(made, 40, 40, 20, 20);
    made.part?.focus();
  });
  tools.querySelector("[data-blur-none]")?.addEventListener("click", () => { for (const one of rows) if (!isEmpty(one)) remove(one); });
  for (const one of rows) draw(one);
});

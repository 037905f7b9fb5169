/* Many rows of a list: ranges with Shift (by mouse and by keyboard), all at once, and how many are ticked. */

export function selections(within: ParentNode): void {
  for (const area of within.querySelectorAll<HTMLElement>("[data-select]")) wire(area);
}

function wire(area: HTMLElement): void {
  const boxes = [...area.querySelectorAll<HTMLInputElement>("tbody input[type=checkbox][name=case]")];
  const said = area.querySelector<HTMLElement>("[data-select-count]");
  let last = -1;
  let shift = false;
  const tell = (): void => {
    if (!said) return;
    const ticked = boxes.filter((box) => box.checked).length;
    said.textContent = ticked ? `${said.dataset.some ?? ""} ${ticked}` : (said.dataset.none ?? "");
  };
  boxes.forEach((box, place) => {
    box.addEventListener("click", (event) => (shift = event.shiftKey));
    box.addEventListener("keydown", (event) => {
      shift = event.shiftKey;
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      const next = boxes[place + step];
      if (!step || !next) return;
      event.preventDefault();
      if (event.shiftKey) next.checked = box.checked = true;
      next.focus();
      tell();
    });
    box.addEventListener("change", () => {
      if (shift && last >= 0) for (const between of boxes.slice(Math.min(last, place), Math.max(last, place))) between.checked = box.checked;
      last = place;
      tell();
    });
  });
  area.querySelector("[data-select-all]")?.addEventListener("click", () => {
    const on = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = on;
    tell();
  });
  tell();
}

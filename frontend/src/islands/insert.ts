/* A ready text, put into a box with one press. Without a script the same link brings the page with the box filled. */

function insert(box: HTMLTextAreaElement, text: string): void {
  const before = box.value.slice(0, box.selectionStart);
  const lead = before && !before.endsWith("\n") ? "\n\n" : "";
  box.setRangeText(lead + text, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

export function inserts(within: ParentNode): void {
  for (const link of within.querySelectorAll<HTMLElement>("[data-insert]")) {
    link.addEventListener("click", (event) => {
      const box = document.getElementById(link.dataset.insert ?? "");
      if (!(box instanceof HTMLTextAreaElement)) return;
      event.preventDefault();
      insert(box, link.dataset.text ?? "");
    });
  }
}

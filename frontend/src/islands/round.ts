/* A crew's round: its order from where the phone is, and the stop that an address names, opened. */
import { all, each, toast, words } from "../lib/page.ts";

function openNamed(): void {
  const named = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (!(named instanceof HTMLDetailsElement)) return;
  named.open = true;
  named.scrollIntoView({ block: "start" });
  named.querySelector("summary")?.focus({ preventScroll: true });
}

/* What only the server can do is out of use while there is no line, and words say so. */
function followLine(): void {
  const off = !navigator.onLine;
  for (const note of all("[data-no-line]")) note.hidden = !off;
  for (const one of all("[data-needs-line]")) {
    if (one instanceof HTMLButtonElement) one.disabled = off;
    else if (off) one.setAttribute("aria-disabled", "true");
    else one.removeAttribute("aria-disabled");
  }
}

export const lines = each("[data-no-line]", () => {
  followLine();
  addEventListener("online", followLine);
  addEventListener("offline", followLine);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-needs-line][aria-disabled=true]") : null;
    if (link) event.preventDefault();
  });
});

export const rounds = each("[data-stops]", () => {
  openNamed();
  addEventListener("hashchange", openNamed);
  for (const button of all<HTMLButtonElement>("[data-from-here]")) {
    button.addEventListener("click", () => {
      const { form } = button;
      button.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          const put = (name: string, value: number): void => { const field = form?.querySelector<HTMLInputElement>(`[name=${name}]`); if (field) field.value = value.toFixed(5); };
          put("lat", coords.latitude);
          put("lon", coords.longitude);
          form?.submit();
        },
        () => { button.removeAttribute("aria-busy"); toast(words()("failed")); },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
      );
    });
  }
});

/* A crew's round: its order from where the phone is, and the stop that an address names, opened. */
import { all, each, toast, words } from "../lib/page.ts";

function openNamed(): void {
  const named = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (!(named instanceof HTMLDetailsElement)) return;
  named.open = true;
  named.scrollIntoView({ block: "start" });
  named.querySelector("summary")?.focus({ preventScroll: true });
}

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

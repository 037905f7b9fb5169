/* A form leaves once: a second press does nothing, an absent line keeps what was typed, an old page gets a fresh token. */
import { all, each, person, toast, words } from "../lib/page.ts";
import { freshToken } from "../lib/token.ts";

const OLD_PAGE = 20 * 60 * 1000; // milliseconds
const shownAt = Date.now();

function busy(form: HTMLFormElement, submitter: HTMLElement | null): void {
  form.dataset.sending = "1";
  submitter?.setAttribute("aria-busy", "true");
  // after the browser has read the form: a disabled button would not be sent
  setTimeout(() => { for (const button of all<HTMLButtonElement>("button:not([type=button])", form)) button.disabled = true; });
}

function rest(form: HTMLFormElement): void {
  delete form.dataset.sending;
  for (const button of all<HTMLButtonElement>("button", form)) {
    if (button.hasAttribute("aria-busy") || button.type === "submit") button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

async function refresh(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const fresh = await freshToken();
  const say = words();
  if (!fresh) {
    rest(form);
    toast(say("offline"), 0);
    return;
  }
  if (fresh.person !== person()) {
    // somebody else is signed in by now, or nobody: the server decides, on a page that says so
    location.reload();
    return;
  }
  const field = form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
  if (field) field.value = fresh.csrf;
  form.dataset.fresh = "1";
  rest(form);
  form.requestSubmit(submitter);
}

export const once = each<HTMLFormElement>("form[data-once]", (form) => {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const submitter = event.submitter;
    if (form.dataset.sending) return event.preventDefault();
    if (form.method === "get" || submitter?.getAttribute("formmethod") === "dialog") return;
    if (!navigator.onLine) {
      event.preventDefault();
      toast(words()("offline"), 0);
      return;
    }
    const old = Date.now() - shownAt > OLD_PAGE || document.documentElement.dataset.kept === "1";
    busy(form, submitter);
    if (old && !form.dataset.fresh) {
      event.preventDefault();
      void refresh(form, submitter);
    }
  });
  addEventListener("pageshow", (event) => { if ((event as PageTransitionEvent).persisted) rest(form); });
});

/* The outbox, fetched by pages that hold such a form, by the list, and while something waits on this phone. */
import { outboxForms } from "./form.ts";
import { outboxLists } from "./list.ts";
import { keepPage, watch } from "./watch.ts";

export function start(within: ParentNode): void {
  outboxForms(within);
  outboxLists(within);
  if (within.querySelector("form[data-outbox]")) void keepPage();
  watch();
}

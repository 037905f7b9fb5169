/* A photo taken on the square begins a form: it is kept on this phone, as the form keeps its own, and the form opens with it. */
import { person, toast, words } from "../lib/page.ts";
import { isFull, keepPhotos, keptFiles, photosOf } from "../outbox/store.ts";
import { key, PHOTOS } from "./draft.ts";

export async function begin(input: HTMLInputElement): Promise<void> {
  if (!input.files?.length) return;
  const draft = key(input.dataset.begins ?? "");
  try {
    const before = await photosOf(draft);
    const mine = before && before.person === person() ? before.files : []; // nothing that was chosen before is lost
    await keepPhotos({ key: draft, person: person(), at: Date.now(), files: [...mine, ...(await keptFiles("photos", input.files))] });
    localStorage.setItem(PHOTOS, "1");
  } catch (error) {
    toast(words()(isFull(error) ? "outboxFull" : "beginUnkept"), 0); // the form itself still takes a photo
    return;
  } finally {
    input.value = "";
  }
  location.assign(`${input.dataset.form ?? ""}#photo`);
}

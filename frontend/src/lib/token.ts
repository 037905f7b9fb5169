/* A page left open, or kept on the phone, holds an old token. Ask for a fresh one, and for who is signed in. */
import { prefix } from "./page.ts";

export interface Fresh { csrf: string; person: string }

export async function freshToken(): Promise<Fresh | null> {
  try {
    const answer = await fetch(`${prefix()}/jeton/`, { headers: { Accept: "application/json" }, cache: "no-store", credentials: "same-origin" });
    return answer.ok ? ((await answer.json()) as Fresh) : null;
  } catch {
    return null;
  }
}

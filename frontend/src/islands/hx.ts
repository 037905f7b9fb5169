/* htmx, only on pages that use it; its requests carry the CSRF token. */
import htmx from "htmx.org";
import { all, root } from "../lib/page.ts";

interface HtmxContext { request: { headers: Record<string, string>; method: string } }

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = (event as CustomEvent<{ ctx: HtmxContext }>).detail;
  const field = all<HTMLInputElement>("input[name=csrfmiddlewaretoken]")[0];
  const token = field?.value ?? root.dataset.csrf ?? "";
  if (token && ctx.request.method.toUpperCase() !== "GET") ctx.request.headers["X-CSRFToken"] = token;
});
htmx.config.includeIndicatorCSS = false;

export default htmx;

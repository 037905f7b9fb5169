/* Says in the page what went wrong with a passkey; the flows themselves are those of django-allauth. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const place of document.querySelectorAll("[data-passkey-error]")) place.hidden = false;
});

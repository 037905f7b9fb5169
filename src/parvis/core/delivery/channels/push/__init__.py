"""Web push: sealed and posted to the browser's push service (core.notifications), or kept locally."""

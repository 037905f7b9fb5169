"""E-mail: over SMTP, or kept locally."""

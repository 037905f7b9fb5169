"""Pages about personal data: for everyone, about my own, what I agree to."""

"""Pages: one's own card, what is published for checkers, the checker."""

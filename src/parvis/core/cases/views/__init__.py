"""Pages for people: their own requests, the link in a mail, and what was handed to an organisation they act for."""

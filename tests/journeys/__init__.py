"""People's ways through the whole house: a real browser, a real server, a real worker, a real database."""

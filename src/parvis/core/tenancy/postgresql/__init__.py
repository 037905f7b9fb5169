"""PostgreSQL with the tenancy context in front of every statement (Django's `ENGINE`)."""

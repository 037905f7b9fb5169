"""The product's settings, with what tests cannot have: a page kept by one test would answer the next one."""

import os

from parvis.project.settings import *  # noqa: F403

# Playwright's synchronous interface leaves an event loop running in the thread of the tests that follow in the same
# process; they are as synchronous as ever, but Django would take them for asynchronous code and refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PAGE_CACHE = False
# The real hasher takes 60 ms a password, on purpose; what it protects is not what these tests are about.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

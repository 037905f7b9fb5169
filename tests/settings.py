"""The product's settings, with what tests cannot have: a page kept by one test would answer the next one."""

from parvis.project.settings import *  # noqa: F403

PAGE_CACHE = False
# The real hasher takes 60 ms a password, on purpose; what it protects is not what these tests are about.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

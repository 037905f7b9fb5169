"""Tests of notices and of the inbox."""

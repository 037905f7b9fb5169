"""The kind of a problem from plain words: learned on this machine, explained, never more than a suggestion."""

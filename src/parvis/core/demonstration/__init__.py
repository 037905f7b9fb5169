"""The demo's own pages, in demo mode only: become anybody with one click, read every message that was sent.

They stand in no installation for real people: outside of demo mode each of them answers «not found».
"""

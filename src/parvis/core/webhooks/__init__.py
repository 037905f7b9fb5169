"""Machines outside are told what happens here: a territory subscribes an https address to events; messages are signed
(Standard Webhooks), delivered by a background task, tried again, kept in a log, sent again by hand.

Public face: `webhook_events` in the manifests says what may be told; the rest happens by itself. For receivers:
docs/webhooks.md.
"""

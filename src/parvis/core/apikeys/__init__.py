"""Keys with which programs come: asked for or made, approved, shown once, kept as a hash, throttled, revoked.

Public face: `queries.key_of` (token to key), `queries.actor_of` (key to actor), `operations.note_use` (throttle, last
use), `operations.actor_with` (all three at once). What a key may do is declared by the modules (`api_scopes` in their
manifest) and asked by their rules: `actor.may("issues.work")`, or `actor.reaches("issues.report")` for what is open to
people without any right.
"""

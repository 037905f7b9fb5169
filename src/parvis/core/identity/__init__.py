"""People, their accounts, organisations, and what roles let staff do.

Public face: `models.Person`, `models.Account`, `models.Organisation`, `models.Role`, `actors.actor_of`.
"""

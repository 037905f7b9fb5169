"""Who lives where: claimed by the person, proven to the territory, renewed every year, ended or moved.

Public face: `queries.residency_of` (somebody's residency here), `queries.lives_here` (proven at this moment), and the
level of trust 3 that a proven residency gives its person in that territory (`Module.trust`).
"""

"""What was done, by whom, for whom, through which door; and who looked at whom. Append-only, ids and states only.

Public face: `models.Entry`, `models.View`, `operations.log_view`, `queries`.
"""

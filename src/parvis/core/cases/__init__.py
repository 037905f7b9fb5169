"""Cases: one spine for whatever a person asks of a municipality, whichever module it belongs to.

Public face: `models.Case`, `operations` (open_case, send_message, advance_case, close_case…), `queries`, `rules`,
`workflow.State`. A module keeps its own row with a foreign key to the case and maps its own states onto these few.
"""

"""A fictional region, its people and what they report: deterministic, and labelled as fiction.

Pure Python with NumPy and Shapely, no Django. The same seed gives the same bytes, on any run.
Start with ``region.make_region``, then ``people.make_cast`` and ``reports.make_reports``.
"""

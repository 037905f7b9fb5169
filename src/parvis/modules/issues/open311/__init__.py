"""Open311 GeoReport v2: what others' programs read and send here, and what we pass on to other bodies' endpoints.

The specification is published at wiki.open311.org/GeoReport_v2; its words are kept: *service*, *service request*.
"""

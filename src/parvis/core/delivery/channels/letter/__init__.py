"""Letters on paper: kept locally, to be printed."""

"""Staff screens: the one work list, the page of a case, and the page for whoever is on the telephone."""

"""Events, tasks and audit: what every module relies on."""

"""Machines outside are told: real events, a real receiver that fails, a worker that is killed."""

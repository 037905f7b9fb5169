"""Processes that belong together: started in order, watched, started again when they fall, stopped in order."""

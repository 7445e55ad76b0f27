"""Reports and verdicts; speaks of (kind, id) only."""

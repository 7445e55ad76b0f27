"""Learning without a pause: a table of rows by id, examples joined from the log, small steps, deltas, a guard."""

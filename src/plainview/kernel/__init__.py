"""The ground floor: ids, time, errors and pages. Pure; imports nothing of Plainview."""

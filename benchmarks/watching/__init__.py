"""Watch-time models that are compared with each other: one encoder for all, and each one's own way to see the time."""

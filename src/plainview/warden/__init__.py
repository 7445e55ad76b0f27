"""The one door to personal plaintext in a region, a process of its own: decides, logs durably, then releases."""

"""The one door to personal data: declarations, sealing, consent and erasure."""

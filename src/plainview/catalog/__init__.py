"""Videos, sounds and hashtags."""

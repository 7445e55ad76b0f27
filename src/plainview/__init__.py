"""Plainview: the short-video network that works in plain view."""

__version__ = "0.1.0"

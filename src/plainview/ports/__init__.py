"""Protocols that adapters implement; domain code knows only these."""

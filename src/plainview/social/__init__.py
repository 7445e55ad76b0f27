"""Follows, likes, comments, shares and notices."""

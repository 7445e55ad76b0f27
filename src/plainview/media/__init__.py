"""Uploads, transcodes, playlists, thumbnails and captions."""

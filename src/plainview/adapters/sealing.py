"""Hands on what the warden's sealing offers to the door in this process, and goes with it."""

from plainview.ports.door import DoorBrokenError
from plainview.warden.sealing import KEY_BYTES, new_key, seal, unseal

__all__ = ["KEY_BYTES", "DoorBrokenError", "new_key", "seal", "unseal"]

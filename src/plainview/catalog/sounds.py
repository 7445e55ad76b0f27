"""Owns which sounds are more than the sound of one video."""

from collections.abc import Iterable

from plainview.ports.database import Transaction

_SHARED = """
SELECT sound_id FROM items WHERE sound_id = ANY(%s) AND state = 'published' GROUP BY sound_id HAVING count(*) > 1
"""


async def shared_sounds(tx: Transaction, sounds: Iterable[int]) -> set[int]:
    """Those of these sounds that several published videos have; each video has one of its own otherwise."""
    wanted = sorted(set(sounds))
    return {row[0] async for row in await tx.execute(_SHARED, (wanted,))} if wanted else set()

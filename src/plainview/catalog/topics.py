"""Owns what the videos here are about: a few hashtags that together stand on as many of them as possible."""

from collections.abc import Sequence

from plainview.ports.database import Transaction

NEWEST_MAX = 20_000
_LED_BY_MAX = 80
# Of the newest public videos, each of the most used hashtags with those that have it.
_TAGS = """
WITH newest AS (
  SELECT i.item_id FROM items i JOIN persons p USING (person_id)
  WHERE i.state = 'published' AND i.visibility = 'public' AND NOT i.adults_only AND NOT p.is_private
    AND (%(languages)s::text[] = '{}' OR i.language IS NULL
      OR split_part(lower(i.language), '-', 1) = ANY(%(languages)s::text[]))
  ORDER BY i.item_id DESC LIMIT %(newest)s
)
SELECT t.tag, array_agg(t.item_id), (SELECT count(*) FROM newest)
FROM item_tags t JOIN newest USING (item_id) GROUP BY t.tag ORDER BY count(*) DESC, t.tag LIMIT %(tags)s
"""


async def topics_of(tx: Transaction, languages: Sequence[str], wanted: int) -> list[str]:
    """At most so many hashtags of the public videos, in these languages where any are named, different from each other.

    A hashtag that stands on more than half of all videos is no topic.
    """
    wish = {"languages": list(languages), "newest": NEWEST_MAX, "tags": _LED_BY_MAX}
    rows = await (await tx.execute(_TAGS, wish)).fetchall()
    return apart({tag: set(items) for tag, items, count in rows if 2 * len(items) <= count}, wanted)


def apart(items: dict[str, set[int]], wanted: int) -> list[str]:
    """At most so many tags, each the one that adds most videos to those before it (greedy maximum coverage)."""
    chosen: list[str] = []
    covered: set[int] = set()
    left = dict(items)
    while left and len(chosen) < wanted:
        best = max(left, key=lambda tag: len(left[tag] - covered))
        if not left[best] - covered:
            break
        covered |= left.pop(best)
        chosen.append(best)
    return chosen

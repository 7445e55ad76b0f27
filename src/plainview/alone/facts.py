"""Owns what is read out of an item's labels, categories and comment: the facts by which the engine places it.

Gorse's labels are any JSON. A list of words is tags. Of an object these fields are known, and all else in it is tags:
creator, duration_ms (or duration, in seconds), sound, language, tags, embedding.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from plainview.alone.limits import FEATURES_MAX, LABELS_BYTES_MAX
from plainview.alone.numbers import CREATOR, ITEM, SOUND, number_of
from plainview.alone.records import ItemPut
from plainview.kernel.errors import InvalidInputError

_TAGS_MAX: Final = 32
_TAG_CHARS_MAX: Final = 128
_DEPTH_MAX: Final = 8
_CREATORS: Final = ("creator", "author", "channel", "account")
_VECTORS: Final = ("embedding", "vector", "features")
_DURATION_MS_MAX: Final = 86_400_000
_KNOWN: Final = frozenset({*_CREATORS, *_VECTORS, "duration_ms", "duration", "sound", "language"})


class Described(NamedTuple):
    """An item's facts, and the names of what its facts call by numbers."""

    put: ItemPut
    names: tuple[tuple[bytes, int, str], ...]
    """Kind, number and name of its creator and sound, where it has any."""


def checked_labels(labels: Any) -> None:
    """Returns when labels are small and shallow enough.

    Raises:
        InvalidInputError: they are not.
    """
    if _is_unfit(labels, _DEPTH_MAX) or len(msgspec.json.encode(labels)) > LABELS_BYTES_MAX:
        raise InvalidInputError(
            f"Labels may have {LABELS_BYTES_MAX} bytes as JSON, {_DEPTH_MAX} levels and numbers of 64 bits."
        )


def described(item_id: str, row: Mapping[str, Any], published_at_ms: int) -> Described:
    """The facts of an item.

    Args:
        row: Labels, Categories and Comment, as Gorse has them.
    """
    labels = row.get("Labels")
    fields = {str(key).casefold(): value for key, value in labels.items()} if isinstance(labels, dict) else {}
    creator = next((str(fields[each]) for each in _CREATORS if _is_name(fields.get(each))), "")
    sound = str(fields["sound"]) if _is_name(fields.get("sound")) else ""
    language = fields.get("language")
    item = number_of(ITEM, item_id)
    others = {key: value for key, value in fields.items() if key not in _KNOWN} if fields else labels
    words = [*(row.get("Categories") or ()), *_words(others)]
    put = ItemPut(
        item=item,
        # An item without a creator is its own: no two are by one hand.
        creator=number_of(CREATOR, creator) if creator else item,
        duration_ms=_duration_ms(fields),
        published_at_ms=published_at_ms,
        sound=number_of(SOUND, sound) if sound else None,
        tags=tuple(dict.fromkeys(words))[:_TAGS_MAX],
        language=language[:16] if isinstance(language, str) and language else None,
        caption=row.get("Comment") or "",
        features=_features(fields),
    )
    names = [(CREATOR, put.creator, creator)] if creator else []
    names += [(SOUND, put.sound, sound)] if put.sound is not None else []
    return Described(put, tuple(names))


def languages_of(labels: Any) -> tuple[str, ...]:
    """The languages that a user's labels name under `languages`; none where they do not."""
    named = labels.get("languages") if isinstance(labels, dict) else None
    return tuple(each[:16] for each in named[:16] if isinstance(each, str) and each) if isinstance(named, list) else ()


def _is_name(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _duration_ms(fields: Mapping[str, Any]) -> int:
    for name, scale in (("duration_ms", 1.0), ("duration", 1000.0)):
        value = fields.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0:
            return int(min(value * scale, _DURATION_MS_MAX))
    return 0


def _features(fields: Mapping[str, Any]) -> bytes:
    vector: list[Any] = next((fields[each] for each in _VECTORS if isinstance(fields.get(each), list)), [])
    if not vector or len(vector) > FEATURES_MAX or not all(type(each) in {int, float} for each in vector):
        return b""
    numbers = np.asarray(vector, np.float64)
    return numbers.astype(np.float32).tobytes() if (np.abs(numbers) < 1e30).all() else b""


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value[:_TAG_CHARS_MAX]
    elif isinstance(value, list):
        for each in value:
            yield from _words(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _words(each)


def _is_unfit(value: Any, levels: int) -> bool:
    """Whether it has more levels, or a whole number that no field of 64 bits holds."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return levels == 0 or any(_is_unfit(each, levels - 1) for each in value)
    return isinstance(value, int) and abs(value) >> 63 != 0

"""Owns every bound of what may be asked and given, with its unit."""

from typing import Final

ID_CHARS_MAX: Final = 256
KIND_CHARS_MAX: Final = 64
CATEGORY_CHARS_MAX: Final = 64
CATEGORIES_MAX: Final = 32
COMMENT_CHARS_MAX: Final = 4_096
LABELS_BYTES_MAX: Final = 32 * 1024
FEATURES_MAX: Final = 1_024
BODY_BYTES_MAX: Final = 16 * 1024**2
ROWS_MAX: Final = 10_000
"""Items, users or feedback in one request or answer."""
SESSION_MAX: Final = 200
"""Feedback of one session."""
PAGE_MAX: Final = 500
"""Offset and number of ranked items together."""
LIST_MAX: Final = 1_000
"""Rows of one page of a list."""
FOLLOWED_MAX: Final = 1_000
"""Creators that a user follows or hides which one page looks at."""
WATCHED_MS_MAX: Final = 86_400_000
ROUND_ITEMS: Final = 16
"""Ranked items are made so many at a time, whatever was asked for: so that one page continues another."""
CATEGORY_ROUND_ITEMS: Final = 32
POPULAR_ITEMS: Final = 64
"""The popular are ranked among at least so many."""
ROUNDS_MAX: Final = 32
FUTURE_MS: Final = 1_000
"""Feedback that is dated later than this from now waits until its time has come."""
BATCH_ROWS_MAX: Final = 4_096
"""Rows of different requests that share one commit."""
LEARNED_AT_ONCE: Final = 32
"""Events that the engine takes in before the next page is made."""
HANDED_USERS: Final = 10_000
HANDED_ITEMS: Final = 64
"""Of so many users it is remembered which items they were given last, and at which places: 50 MB at the very most."""
SNAPSHOT_EVERY: Final = 100_000
"""Records of the log after which a new snapshot is made."""
SNAPSHOT_REST_S: Final = 600.0
"""From one snapshot to the next: after an erasure each replays the whole log."""
REWRITING_AGAIN_S: Final = 30.0
"""After this a rewriting that found no room is tried again."""
STORE_BYTES_MAX: Final = 256 * 1024**3
"""Address space of the store, not disk."""

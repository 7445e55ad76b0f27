"""Owns what the warden knows of each column that lies sealed. A house test holds it against the columns' declarations.

It stands apart from them, so that the process that holds the keys loads no tables.
"""

from collections.abc import Mapping
from typing import Final

from plainview.kernel.purposes import DataClass, Purpose, SealedField


def _field(data_class: DataClass, *purposes: Purpose) -> SealedField:
    return SealedField(data_class, frozenset(purposes))


_FEED: Final = (Purpose.OWN_VIEW, Purpose.FEED_LEARN, Purpose.FEED_RANK, Purpose.EXPORT)
SEALED: Final[Mapping[str, SealedField]] = {
    "event_segments.body": _field(DataClass.WATCH_HISTORY, *_FEED),
    "items.sealed_caption": _field(DataClass.DRAFTS, Purpose.OWN_VIEW, Purpose.MODERATION, Purpose.EXPORT),
    "pages.body": _field(DataClass.WATCH_HISTORY, *_FEED),
    "passkeys.name": _field(DataClass.CREDENTIAL, Purpose.OWN_VIEW, Purpose.EXPORT),
    "passwords.hash": _field(DataClass.CREDENTIAL, Purpose.SIGN_IN),
    "persons.age_band": _field(DataClass.AGE_BAND, Purpose.OWN_VIEW, Purpose.MINORS),
    "reports.reason": _field(DataClass.REPORTS, Purpose.MODERATION, Purpose.EXPORT),
    "reports.text": _field(DataClass.REPORTS, Purpose.MODERATION, Purpose.EXPORT),
    "sessions.address": _field(DataClass.ADDRESS, Purpose.OWN_VIEW, Purpose.SECURITY),
    "sessions.device": _field(DataClass.DEVICE, Purpose.OWN_VIEW, Purpose.SECURITY),
    "steering.body": _field(DataClass.ACCOUNT, Purpose.OWN_VIEW, Purpose.FEED_RANK, Purpose.EXPORT),
}

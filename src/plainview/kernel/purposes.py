"""Owns the vocabulary of personal data: what kinds there are, and why they may be opened. The warden speaks it too."""

from dataclasses import dataclass
from enum import StrEnum


class DataClass(StrEnum):
    """What kind of personal data a column holds."""

    ACCOUNT = "account"
    CREDENTIAL = "credential"
    AGE_BAND = "age_band"
    CONTACTS = "contacts"
    DRAFTS = "drafts"
    WATCH_HISTORY = "watch_history"
    INTERESTS = "interests"
    DEVICE = "device"
    ADDRESS = "address"
    REPORTS = "reports"
    NOTICES = "notices"


# What a person did, and what was concluded from it. The feed without profiling, and that of minors, opens none of it.
BEHAVIOUR = frozenset({DataClass.WATCH_HISTORY, DataClass.INTERESTS})


class Purpose(StrEnum):
    """Why personal data may be opened. The part before the dot is the coarse purpose of the public log."""

    SIGN_IN = "account.sign_in"
    OWN_VIEW = "account.own_view"
    SECURITY = "account.security"
    FEED_RANK = "feed.rank"
    FEED_LEARN = "feed.learn"
    SOCIAL = "social.show"
    POSTING = "media.post"
    MODERATION = "moderation.case"
    MINORS = "safety.minors"
    EMERGENCY = "safety.emergency"
    EXPORT = "subject.export"
    ERASURE = "subject.erasure"


@dataclass(frozen=True, slots=True)
class SealedField:
    """What the warden knows of a sealed `table.column`: its class, and the purposes that its declaration names."""

    data_class: DataClass
    purposes: frozenset[Purpose]

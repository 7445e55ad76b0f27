"""Owns age bands. A birth date is asked, turned into a band, and forgotten."""

from datetime import date
from enum import StrEnum

from plainview.kernel.errors import InvalidInputError, PlainviewError

AGE_MIN = 13
AGE_MAX = 120


class AgeBand(StrEnum):
    """How old somebody was when they signed up, as coarsely as the rules for minors need it."""

    UNDER_13 = "under_13"
    FROM_13 = "13_15"
    FROM_16 = "16_17"
    ADULT = "18_plus"


class BirthDateError(InvalidInputError):
    """Nobody living was born then."""

    code = "birth_date_impossible"


class TooYoungError(PlainviewError):
    """The birth date is that of a child under 13."""

    code, status, title = "too_young", 403, "You cannot open an account yet"


def age_on(birth: date, today: date) -> int:
    """Whole years lived. Somebody born on 29 February has their birthday on 1 March in common years."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def band_on(birth: date, today: date) -> AgeBand:
    """The band of somebody born on this date.

    Raises:
        TooYoungError: they are under 13.
        InvalidInputError: nobody living was born then.
    """
    age = age_on(birth, today)
    if not 0 <= age <= AGE_MAX:
        fault = "This cannot be a birth date."
        raise BirthDateError(fault, fields={"birth_date": fault})
    if age < AGE_MIN:
        fault = f"Accounts are for people of {AGE_MIN} and older. You can go on watching without one."
        raise TooYoungError(fault, numbers={"n": AGE_MIN})
    if age < 16:
        return AgeBand.FROM_13
    return AgeBand.FROM_16 if age < 18 else AgeBand.ADULT

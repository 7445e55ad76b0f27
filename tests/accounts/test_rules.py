"""The rules of accounts that need no database: handles, ages, passwords, devices, limits."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.accounts.ages import AgeBand, TooYoungError, age_on, band_on
from plainview.accounts.devices import device_of
from plainview.accounts.handles import RESERVED, checked_handle, checked_name, fault_of, visible
from plainview.accounts.passwords import checked_password
from plainview.accounts.sessions import new_token, region_of_token
from plainview.adapters.limits_memory import LimitsMemory
from plainview.kernel.errors import InvalidInputError, TooManyRequestsError
from plainview.kernel.ids import RegionNumber
from plainview.ports.limits import Rule


@given(st.text(max_size=40))
def test_a_handle_that_passes_can_stand_in_an_address_and_a_mention(text: str) -> None:
    if fault_of(text) is None:
        assert text.isascii()
        assert 3 <= len(text) <= 24
        assert ".." not in text
        assert not text.startswith(".")
        assert not text.endswith(".")


@pytest.mark.parametrize("handle", ["ada", "Ada.L", "a_b", "x.y.z", "_mel", "ada1815"])
def test_ordinary_handles_pass(handle: str) -> None:
    assert checked_handle(f" @{handle} ") == handle


@pytest.mark.parametrize(
    "handle",
    ["ab", "a" * 25, "a..b", ".abc", "abc.", "a b", "ädä", "аdmin", "12345", "admin", "Ad_Min", "sup.port"],
)
def test_handles_that_mislead_or_break_are_refused(handle: str) -> None:
    with pytest.raises(InvalidInputError):
        checked_handle(handle)


def test_reserved_names_are_in_lower_case() -> None:
    assert all(name == name.lower() for name in RESERVED)


def test_names_lose_what_cannot_be_seen_and_keep_joined_emoji() -> None:
    family = "👩\u200d👧"
    assert checked_name(f" A\u202eda\x00 \n {family} ", "ada") == f"Ada {family}"
    assert checked_name(None, "ada") == "ada"
    assert visible("e\u0301") == "é"


@given(st.dates(date(1910, 1, 1), date(2026, 1, 1)), st.dates(date(2026, 1, 2), date(2028, 12, 31)))
def test_a_band_never_makes_anybody_older_than_they_are(birth: date, today: date) -> None:
    least = {AgeBand.FROM_13: 13, AgeBand.FROM_16: 16, AgeBand.ADULT: 18}
    try:
        band = band_on(birth, today)
    except TooYoungError:
        assert age_on(birth, today) < 13
    else:
        assert age_on(birth, today) >= least[band]


def test_the_thirteenth_birthday_opens_the_door() -> None:
    birthday = date(2026, 11, 21)
    assert band_on(date(2013, 11, 21), birthday) is AgeBand.FROM_13
    with pytest.raises(TooYoungError):
        band_on(date(2013, 11, 21), birthday - timedelta(days=1))
    for nobody in (date(1800, 1, 1), date(2030, 1, 1)):
        with pytest.raises(InvalidInputError):
            band_on(nobody, birthday)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_length"),
        ("x" * 201, "password_length"),
        ("password123", "password_guessable"),
        ("aaaaaaaaaa", "password_guessable"),
        ("Iloveyou2", "password_guessable"),
        ("fussball1", "password_guessable"),
        ("zxcvbnm,./", "password_guessable"),
        ("20041987", "password_guessable"),
        ("plainview1", "password_guessable"),
        ("abcdefgh" * 25, "password_guessable"),
        ("Countess", "password_has_handle"),
        ("countess2026", "password_has_handle"),
        ("xCOUNTESScountessx", "password_has_handle"),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused(password: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        checked_password(password, "countess")
    assert refused.value.code == code


@pytest.mark.parametrize("password", ["correct horse", "blau6haus", "x7Kq!2pd", "the countess walks at dawn"])
def test_length_and_surprise_are_all_that_a_password_needs(password: str) -> None:
    assert checked_password(password, "countess") == password


def test_two_keyboards_make_one_password() -> None:
    assert checked_password("ﬁne passwörd", "ada") == checked_password("fine passwo\u0308rd", "ada")


@given(st.integers(0, 63))
def test_a_token_says_its_region(region: int) -> None:
    assert region_of_token(new_token(RegionNumber(region))) == region


@given(st.text(max_size=60))
def test_what_is_no_token_has_no_region(text: str) -> None:
    assert region_of_token(text) is None


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("", "A program"),
    ],
)
def test_a_device_is_named_in_a_few_words(agent: str, words: str) -> None:
    assert device_of(agent) == words


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.integers(1, 50), st.integers(1, 100), st.lists(st.floats(0, 30), max_size=200))
def test_no_window_ever_holds_more_than_twice_the_count(count: int, seconds: int, waits: list[float]) -> None:
    clock = Clock()
    limits, rule, passed = LimitsMemory(clock=clock), Rule("r", count, seconds), []
    for wait in waits:
        clock.now += wait
        try:
            limits.take(rule, "k")
        except TooManyRequestsError:
            continue
        passed.append(clock.now)
    for start in passed:
        assert sum(start <= at < start + seconds for at in passed) <= 2 * count


def test_a_limit_says_when_to_come_back_and_then_lets_in() -> None:
    clock = Clock()
    limits, rule = LimitsMemory(clock=clock), Rule("r", 2, 60)
    limits.take(rule, "k")
    limits.take(rule, "k")
    limits.take(rule, "other")
    with pytest.raises(TooManyRequestsError) as refused:
        limits.take(rule, "k")
    assert refused.value.retry_after_s == 30
    clock.now += 30
    limits.take(rule, "k")

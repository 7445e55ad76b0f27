"""Owns the way in: what signing up and signing in need, and what both end with, a session."""

from asyncio import Lock
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from plainview.accounts.ages import AgeBand, band_on
from plainview.accounts.guests import PERSON_OPENED, Guests
from plainview.accounts.handles import checked_handle, checked_name, claimed
from plainview.accounts.passwords import Hashing, keep_hash, kept_hash, normal
from plainview.accounts.persons import NewPerson, is_person, open_account, person_of_handle
from plainview.accounts.session_book import SessionBook
from plainview.accounts.sessions import NewSession, Place, open_session
from plainview.kernel.errors import InvalidInputError, NotAllowedError, PlainviewError
from plainview.kernel.ids import IdMaker, PersonId, RegionNumber, SessionId, region_of
from plainview.kernel.time import now
from plainview.ports.database import Database, Transaction
from plainview.ports.door import Door
from plainview.ports.limits import Limits, Rule
from plainview.ports.signals import Signals

SIGN_UPS = Rule("sign_up", 20, 3_600)
SIGN_INS = Rule("sign_in", 30, 600)
SIGN_INS_OF_HANDLE = Rule("sign_in_handle", 20, 600)


class RegionUnknownError(InvalidInputError):
    """This server has no region of that name."""

    code = "region_unknown"


class SignupClosedError(NotAllowedError):
    """Accounts are not open to strangers."""

    code = "signup_closed"


class SignInRefusedError(PlainviewError):
    """Handle and password do not fit; which of the two is not said."""

    code, status, title = "sign_in_refused", 401, "You are not signed in"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail or "This handle and password do not fit together. Check both and try again.")


@dataclass(frozen=True, slots=True)
class Entrance:
    """What the way in is made of."""

    database: Database
    door: Door
    signals: Signals
    limits: Limits
    hashing: Hashing
    guests: Guests
    book: SessionBook
    makers: Mapping[RegionNumber, IdMaker]
    session_days: int
    signup_open: bool
    claims: Lock = field(default_factory=Lock)

    def region_named(self, name: str | None) -> RegionNumber:
        """The region that a person chose; the first when they chose none.

        Raises:
            InvalidInputError: this server has no such region.
        """
        regions = self.database.regions
        if name is None:
            return next(iter(regions.values()))
        if name not in regions:
            fault = f"Choose one of these regions: {', '.join(regions)}."
            raise RegionUnknownError(fault, fields={"region": fault})
        return regions[name]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for when they sign up, as it came in."""

    handle: str
    name: str | None
    birth_date: date
    region: str | None


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who may open an account: their wish as checked, with the id that they will have."""

    person_id: PersonId
    region: RegionNumber
    handle: str
    name: str
    band: AgeBand


@dataclass(frozen=True, slots=True)
class Entered:
    """Who came in, and the token for their cookie."""

    person_id: PersonId
    token: str


async def apply(entrance: Entrance, wish: Wish, guest: PersonId | None) -> Applicant:
    """The applicant of a wish. A guest keeps their id when it is of the region that they chose.

    Raises:
        NotAllowedError: accounts are not open to strangers.
        InvalidInputError, TooYoungError: the wish cannot be granted.
    """
    if not entrance.signup_open:
        raise SignupClosedError("This realm does not take new accounts just now.")
    handle = checked_handle(wish.handle)
    name = checked_name(wish.name, handle)
    band = band_on(wish.birth_date, now().date())
    region = entrance.region_named(wish.region)
    person = guest if guest is not None and region_of(guest) == region else None
    return Applicant(person or PersonId(entrance.makers[region].next()), region, handle, name, band)


async def sign_up(entrance: Entrance, applicant: Applicant, password: str, place: Place) -> Entered:
    """Open an account with a password, and a first session.

    Raises:
        InvalidInputError: the password is too weak.
        HandleTakenError: somebody was faster.
        TooManyRequestsError: too many accounts from this address.
    """
    password = await entrance.hashing.checked(password, applicant.handle)
    entrance.limits.take(SIGN_UPS, place.address)
    hashed = await entrance.hashing.hash(password)
    database, region = entrance.database, applicant.region
    async with claimed(entrance.claims, database, region, applicant.handle), database.transaction(region) as tx:
        person = await open_for(entrance, tx, applicant)
        await keep_hash(tx, entrance.door, person, hashed)
        entered = await enter(entrance, tx, person, place)
    entrance.guests.drop(person)
    return entered


async def open_for(entrance: Entrance, tx: Transaction, applicant: Applicant) -> PersonId:
    """Open the applicant's account in their region's transaction; the id, which is new if theirs was used meanwhile.

    Raises:
        HandleTakenError: somebody has the handle.
    """
    person = applicant.person_id
    if await is_person(tx, person):
        person = PersonId(entrance.makers[applicant.region].next())
    await open_account(tx, entrance.door, NewPerson(person, applicant.handle, applicant.name, applicant.band))
    await entrance.signals.send(tx, PERSON_OPENED, person_id=person)
    return person


async def sign_in(entrance: Entrance, handle: str, password: str, place: Place) -> Entered:
    """Come in with handle and password. An unknown handle takes as long as a wrong password.

    Raises:
        SignInRefusedError: they do not fit.
        TooManyRequestsError: too many tries from this address, or at this handle.
    """
    handle = handle.strip().removeprefix("@")
    entrance.limits.take(SIGN_INS, place.address)
    entrance.limits.take(SIGN_INS_OF_HANDLE, handle.lower()[:64])
    person, kept = await _credentials(entrance.database, entrance.door, handle)
    if not await entrance.hashing.is_right(kept, normal(password)) or person is None or kept is None:
        raise SignInRefusedError
    fresh = await entrance.hashing.hash(normal(password)) if entrance.hashing.is_outdated(kept) else None
    async with entrance.database.transaction(region_of(person)) as tx:
        if fresh is not None:
            await keep_hash(tx, entrance.door, person, fresh)
        return await enter(entrance, tx, person, place)


async def _credentials(database: Database, door: Door, handle: str) -> tuple[PersonId | None, str | None]:
    for region in database.regions.values():
        async with database.transaction(region) as tx:
            found = await person_of_handle(tx, handle)
            if found is not None:
                return found.person_id, await kept_hash(tx, door, found.person_id)
    return None, None


async def enter(entrance: Entrance, tx: Transaction, person: PersonId, place: Place) -> Entered:
    """Open a session for a person, in their region's transaction."""
    region = region_of(person)
    session = SessionId(entrance.makers[region].next())
    new = NewSession(person, session, region, place, entrance.session_days)
    return Entered(person, await open_session(tx, entrance.door, new))

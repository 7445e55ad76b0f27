"""Owns the shapes of accounts on the wire (contract: Me, Profile, Session, Passkey and what their calls take)."""

from datetime import date
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from plainview.accounts.ages import AgeBand
from plainview.accounts.handles import NAME_CHARS_MAX
from plainview.accounts.passkeys import PASSKEY_NAME_CHARS_MAX, Passkey
from plainview.accounts.passwords import PASSWORD_CHARS_MAX
from plainview.accounts.persons import BIO_CHARS_MAX, Person
from plainview.accounts.sessions import ListedSession
from plainview.accounts.viewers import Role
from plainview.kernel.errors import ErrorCode
from plainview.kernel.ids import SessionId
from plainview.kernel.time import to_ms
from plainview.ports.relations import FollowState
from plainview.ports.standing import Standing

# The bounds are those of the transport; the exact rules, and their sentences, stand with each noun.
HandleText = Annotated[str, Meta(max_length=64, description="A handle, with or without a leading @.")]
NameText = Annotated[str, Meta(max_length=4 * NAME_CHARS_MAX)]
BioText = Annotated[str, Meta(max_length=4 * BIO_CHARS_MAX)]
PasswordText = Annotated[str, Meta(max_length=4 * PASSWORD_CHARS_MAX)]
CeremonyName = Annotated[str, Meta(max_length=1_500)]


class LimitsShape(Struct, frozen=True):
    """The limits that a client tells before they are hit."""

    upload_bytes_max: int
    duration_ms_min: int
    duration_ms_max: int
    caption_chars_max: int


class RealmShape(Struct, frozen=True):
    """What this service is (contract: GET /api/realm)."""

    name: str
    region: str
    regions: list[str]
    signup_open: bool
    limits: LimitsShape
    sample_count: int
    source_url: str


class MeShape(Struct, frozen=True):
    """A person as they see themselves (contract: Me)."""

    id: str
    handle: str
    name: str
    picture: str | None
    is_private: bool
    sample: bool
    bio: str
    roles: list[Role]
    age_band: AgeBand
    unread: int
    has_password: bool
    region: str


class AccountReply(Struct, frozen=True):
    """One's own account, as it stands now."""

    me: MeShape


class MeReply(Struct, frozen=True):
    """Who is signed in; nobody for a guest."""

    me: MeShape | None


class YourPerson(Struct, frozen=True):
    """How the viewer stands to a person."""

    follows: FollowState
    followed_by: bool
    blocked: bool
    self: bool


class ProfileShape(Struct, frozen=True):
    """A person's profile (contract: Profile)."""

    id: str
    handle: str
    name: str
    picture: str | None
    is_private: bool
    sample: bool
    bio: str
    followers: int
    following: int
    likes: int
    videos: int
    created_at_ms: int
    you: YourPerson


class HandleCheck(Struct, frozen=True):
    """A handle that somebody would like."""

    handle: HandleText


class HandleVerdict(Struct, frozen=True):
    """Whether it can be had, and if not, why."""

    available: bool
    code: ErrorCode | None
    reason: str | None


class PasskeySignUp(Struct, frozen=True):
    """What signing up with a passkey asks."""

    handle: HandleText
    birth_date: date
    name: NameText | None = None
    region: Annotated[str, Meta(max_length=64)] | None = None


class PasswordSignUp(PasskeySignUp, frozen=True, kw_only=True):
    """What signing up with a password asks."""

    password: PasswordText


class PasswordSignIn(Struct, frozen=True):
    """What signing in with a password asks."""

    handle: HandleText
    password: PasswordText


class CeremonyShape(Struct, frozen=True):
    """A ceremony and the options for the browser's credential API, as WebAuthn's JSON has them."""

    ceremony: str
    options: dict[str, Any]


class CeremonyAnswer(Struct, frozen=True):
    """What the browser's credential API gave back, as WebAuthn's JSON has it."""

    ceremony: CeremonyName
    credential: dict[str, Any]


class NewPasskey(CeremonyAnswer, frozen=True):
    """A passkey made for an account that exists."""

    name: Annotated[str, Meta(max_length=4 * PASSKEY_NAME_CHARS_MAX)] = ""


class SessionShape(Struct, frozen=True):
    """A session as its owner sees it (contract: Session)."""

    id: str
    device: str
    address: str
    created_at_ms: int
    seen_at_ms: int
    current: bool


class SessionsReply(Struct, frozen=True):
    """All of a person's sessions."""

    sessions: list[SessionShape]


class PasskeyShape(Struct, frozen=True):
    """A passkey as its owner sees it (contract: Passkey)."""

    id: str
    name: str
    created_at_ms: int
    used_at_ms: int | None


class PasskeysReply(Struct, frozen=True):
    """All of a person's passkeys."""

    passkeys: list[PasskeyShape]


class PasswordChange(Struct, frozen=True):
    """The old password (when there is one) and the new."""

    new: PasswordText
    current: PasswordText | None = None


class ProfileChange(Struct, frozen=True):
    """What changes of a profile; what is left out stays."""

    name: NameText | UnsetType = UNSET
    bio: BioText | UnsetType = UNSET
    is_private: bool | UnsetType = UNSET


class Farewell(Struct, frozen=True):
    """The own handle, typed once more, so that an account is not deleted by accident."""

    handle: HandleText


def picture_path(key: str | None) -> str | None:
    """Where a picture is served."""
    return f"/pictures/{key}.webp" if key else None


def profile_shape(person: Person, standing: Standing, *, is_self: bool) -> ProfileShape:
    """A profile as one viewer sees it."""
    return ProfileShape(
        id=str(person.person_id),
        handle=person.handle,
        name=person.name,
        picture=picture_path(person.picture),
        is_private=person.is_private,
        sample=person.sample,
        bio=person.bio,
        followers=person.followers,
        following=person.following,
        likes=person.likes,
        videos=person.videos,
        created_at_ms=to_ms(person.created_at),
        you=YourPerson(standing.follows, standing.followed_by, standing.blocked, is_self),
    )


def session_shape(session: ListedSession, current: SessionId | None) -> SessionShape:
    """A session on the wire."""
    return SessionShape(
        id=str(session.session_id),
        device=session.device,
        address=session.address,
        created_at_ms=to_ms(session.created_at),
        seen_at_ms=to_ms(session.seen_at),
        current=session.session_id == current,
    )


def passkey_shape(passkey: Passkey) -> PasskeyShape:
    """A passkey on the wire."""
    used_at_ms = to_ms(passkey.used_at) if passkey.used_at else None
    return PasskeyShape(str(passkey.passkey_id), passkey.name, to_ms(passkey.created_at), used_at_ms)

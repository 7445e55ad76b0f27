"""Owns passkeys: WebAuthn credentials, made discoverable, checked by py_webauthn, listed and removed by their owner."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import psycopg
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from plainview.kernel.errors import InvalidInputError, NotAllowedError, NotFoundError, PlainviewError
from plainview.kernel.ids import ID_MAX, PersonId
from plainview.kernel.purposes import Purpose
from plainview.ports.database import Transaction
from plainview.ports.door import SERVER, Door, Sealed
from plainview.privacy.door import open_texts, seal_text

PASSKEYS_MAX = 20
PASSKEY_NAME_CHARS_MAX = 60
NAME = "passkeys.name"
_COLUMNS = "passkey_id, name, created_at, used_at"
_LIST = f"SELECT {_COLUMNS} FROM passkeys WHERE person_id = %s ORDER BY passkey_id"
_CREDENTIALS = "SELECT credential_id FROM passkeys WHERE person_id = %s"
_MAKE = """
INSERT INTO passkeys (person_id, passkey_id, credential_id, public_key, sign_count, name)
VALUES (%s, %s, %s, %s, %s, %s) RETURNING created_at
"""
_FIND = "SELECT passkey_id, public_key, sign_count FROM passkeys WHERE person_id = %s AND credential_id = %s"
_USED = "UPDATE passkeys SET sign_count = %s, used_at = now() WHERE person_id = %s AND passkey_id = %s"
_REMOVE = "DELETE FROM passkeys WHERE person_id = %s AND passkey_id = %s"
_WAYS_IN = """
SELECT (SELECT count(*) FROM passkeys WHERE person_id = %s), (SELECT count(*) FROM passwords WHERE person_id = %s)
"""
_LOCK = "SELECT 1 FROM persons WHERE person_id = %s FOR UPDATE"


class PasskeyRefusedError(PlainviewError):
    """What the authenticator sent does not prove anything."""

    code, status, title = "passkey_refused", 422, "This passkey was not accepted"


class TooManyPasskeysError(InvalidInputError):
    """The account has as many passkeys as one may have."""

    code = "too_many_passkeys"


class OnlyWayInError(NotAllowedError):
    """The passkey is the only way into the account."""

    code, status, title = "only_way_in", 409, "This is your only way in"


@dataclass(frozen=True, slots=True)
class Site:
    """The service as authenticators know it."""

    name: str
    address: str

    @property
    def rp_id(self) -> str:
        """The relying party's id: the public address's host."""
        return urlsplit(self.address).hostname or "localhost"


@dataclass(frozen=True, slots=True)
class Account:
    """Whose passkey is made."""

    person_id: PersonId
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Credential:
    """A new passkey, verified."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner sees it."""

    passkey_id: int
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey to keep: its number here, what was verified of it, and how its owner calls it."""

    passkey_id: int
    credential: Credential
    name: str = ""


def creation_options(site: Site, account: Account, challenge: bytes, known: Sequence[bytes]) -> dict[str, Any]:
    """What the browser is asked to make: a discoverable passkey, user verification preferred."""
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.name,
        user_id=account.person_id.to_bytes(8, "big"),
        user_name=account.handle,
        user_display_name=account.name,
        challenge=challenge,
        timeout=300_000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return _as_dict(options_to_json(options))


def request_options(site: Site, challenge: bytes) -> dict[str, Any]:
    """What the browser is asked to prove: any passkey that it holds for this site."""
    options = generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        timeout=300_000,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return _as_dict(options_to_json(options))


def _as_dict(text: str) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(text)
    return whole


def verified_creation(site: Site, credential: dict[str, Any], challenge: bytes) -> Credential:
    """The passkey that an authenticator made for this challenge.

    Raises:
        PasskeyRefusedError: the answer is not one to this challenge and site.
    """
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.address,
        )
    except Exception as error:
        raise _refused(error) from error
    return Credential(made.credential_id, made.credential_public_key, made.sign_count)


def _refused(error: Exception) -> PasskeyRefusedError:
    if isinstance(error, WebAuthnException) and "origin" in str(error).lower():
        return PasskeyRefusedError("Passkeys work only at this service's own address; open it there and try again.")
    return PasskeyRefusedError("Your passkey's answer could not be verified. Please try again.")


def person_of_answer(credential: dict[str, Any]) -> PersonId:
    """Whom a passkey's answer claims to be of; proved only by `prove`.

    Raises:
        PasskeyRefusedError: it names nobody.
    """
    response = credential.get("response")
    claimed = response.get("userHandle") if isinstance(response, dict) else None
    try:
        raw = base64url_to_bytes(claimed) if isinstance(claimed, str) else b""
    except ValueError:
        raw = b""
    number = int.from_bytes(raw, "big") if len(raw) == 8 else ID_MAX + 1
    if number > ID_MAX:
        raise PasskeyRefusedError("This passkey is not one of this service's.")
    return PersonId(number)


async def prove(tx: Transaction, site: Site, credential: dict[str, Any], challenge: bytes) -> PersonId:
    """The person whose passkey signed this challenge.

    Raises:
        PasskeyRefusedError: the passkey is unknown or the signature wrong.
    """
    person = person_of_answer(credential)
    row = await (await tx.execute(_FIND, (person, _credential_id(credential)))).fetchone()
    if row is None:
        raise PasskeyRefusedError("This passkey is not known here any more. Sign in another way.")
    passkey, public_key, sign_count = row
    try:
        proof = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.address,
            credential_public_key=bytes(public_key),
            credential_current_sign_count=sign_count,
        )
    except Exception as error:
        raise _refused(error) from error
    await tx.execute(_USED, (proof.new_sign_count, person, passkey))
    return person


def _credential_id(credential: dict[str, Any]) -> bytes:
    named = credential.get("rawId", credential.get("id"))
    try:
        return base64url_to_bytes(named) if isinstance(named, str) else b""
    except ValueError:
        return b""


async def credentials_of(tx: Transaction, person: PersonId) -> list[bytes]:
    """The ids of a person's passkeys, as authenticators know them."""
    return [bytes(row[0]) for row in await (await tx.execute(_CREDENTIALS, (person,))).fetchall()]


async def passkeys_of(tx: Transaction, door: Door, person: PersonId) -> list[Passkey]:
    """A person's passkeys, the oldest first, their names opened for their own view."""
    rows = await (await tx.execute(_LIST, (person,))).fetchall()
    sealed = [Sealed(person, NAME, row[1]) for row in rows]
    names = await open_texts(door, sealed, Purpose.OWN_VIEW, SERVER)
    return [Passkey(row[0], name or "", row[2], row[3]) for row, name in zip(rows, names, strict=True)]


async def add_passkey(tx: Transaction, door: Door, person: PersonId, new: NewPasskey) -> Passkey:
    """Keep a verified passkey.

    Raises:
        InvalidInputError: the person has too many, or this one is kept already.
    """
    known = await credentials_of(tx, person)
    if len(known) >= PASSKEYS_MAX:
        fault = f"An account has at most {PASSKEYS_MAX} passkeys. Remove one that you no longer use."
        raise TooManyPasskeysError(fault, numbers={"n": PASSKEYS_MAX})
    name = new.name.strip()[:PASSKEY_NAME_CHARS_MAX] or f"Passkey {len(known) + 1}"
    sealed, made = await seal_text(door, person, NAME, name), new.credential
    values = (person, new.passkey_id, made.credential_id, made.public_key, made.sign_count, sealed)
    try:
        async with tx.transaction():
            row = await (await tx.execute(_MAKE, values)).fetchone()
    except psycopg.errors.UniqueViolation as error:
        raise PasskeyRefusedError("This passkey belongs to an account already.") from error
    assert row is not None
    return Passkey(new.passkey_id, name, row[0], None)


async def remove_passkey(tx: Transaction, person: PersonId, passkey: int) -> None:
    """Remove one of a person's passkeys.

    Raises:
        OnlyWayInError: without it they could not come in any more.
        NotFoundError: they have no such passkey.
    """
    await tx.execute(_LOCK, (person,))  # Two removals at once must not both see the other's passkey.
    if (await tx.execute(_REMOVE, (person, passkey))).rowcount == 0:
        raise NotFoundError("There is no such passkey any more.")
    row = await (await tx.execute(_WAYS_IN, (person, person))).fetchone()
    assert row is not None
    if sum(row) == 0:
        raise OnlyWayInError("Set a password or add another passkey first; then this one can go.")

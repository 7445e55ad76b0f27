"""Routes of passkeys: signing up and in with one, adding, listing and removing them."""

from typing import Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.handlers import HTTPRouteHandler

from plainview.accounts.ages import AgeBand
from plainview.accounts.ceremonies import begin, region_of_ceremony, take
from plainview.accounts.desk import Desk
from plainview.accounts.entrance import SIGN_INS, SIGN_UPS, Applicant, apply, enter, open_for
from plainview.accounts.handles import HandleTakenError, claimed, verdict
from plainview.accounts.http_entry import entered_response, guest_of, place_of, wish_of
from plainview.accounts.passkeys import (
    Account,
    PasskeyRefusedError,
    add_passkey,
    creation_options,
    credentials_of,
    passkeys_of,
    person_of_answer,
    prove,
    remove_passkey,
    request_options,
    verified_creation,
)
from plainview.accounts.passkeys import NewPasskey as KeptPasskey
from plainview.accounts.persons import person_of
from plainview.accounts.sessions import must_be_fresh
from plainview.accounts.shapes import (
    AccountReply,
    CeremonyAnswer,
    CeremonyShape,
    NewPasskey,
    PasskeyShape,
    PasskeySignUp,
    PasskeysReply,
    passkey_shape,
)
from plainview.accounts.viewers import Member, Public, Viewer
from plainview.kernel.ids import PersonId, RegionNumber, region_of
from plainview.kernel.wire import WireId, found_id
from plainview.ports.database import Transaction
from plainview.ports.limits import Rule

CEREMONIES = Rule("ceremony", 60, 600)


class _Intent(msgspec.Struct, frozen=True):
    """What a ceremony of creation is for: an applicant, or a member (whose handle is then empty)."""

    person_id: int
    region: int
    handle: str = ""
    name: str = ""
    band: AgeBand = AgeBand.ADULT


def _intent_of(applicant: Applicant) -> bytes:
    intent = _Intent(applicant.person_id, applicant.region, applicant.handle, applicant.name, applicant.band)
    return msgspec.json.encode(intent)


def _applicant_of(intent: bytes) -> Applicant:
    try:
        kept = msgspec.json.decode(intent, type=_Intent)
    except msgspec.DecodeError as error:
        raise PasskeyRefusedError("This ceremony was for something else. Please start again.") from error
    if not kept.handle:
        raise PasskeyRefusedError("This ceremony was for something else. Please start again.")
    return Applicant(PersonId(kept.person_id), RegionNumber(kept.region), kept.handle, kept.name, kept.band)


def sign_up_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """Signing up with a passkey."""
    entrance = desk.entrance

    @post("/sign-up/passkey/options", status_code=200, summary="Begin to open an account with a passkey")
    async def up_options(viewer: Viewer, data: PasskeySignUp) -> CeremonyShape:
        entrance.limits.take(CEREMONIES, viewer.address)
        applicant = await apply(entrance, wish_of(data), guest_of(viewer))
        # Told now, before the authenticator makes a passkey that nothing would come of.
        if not (await verdict(entrance.database, applicant.handle)).available:
            raise HandleTakenError("Somebody has this handle already. Please choose another.")
        async with entrance.database.transaction(applicant.region) as tx:
            maker = entrance.makers[applicant.region]
            ceremony = await begin(tx, maker, _intent_of(applicant))
        account = Account(applicant.person_id, applicant.handle, applicant.name)
        return CeremonyShape(ceremony.name, creation_options(desk.site, account, ceremony.challenge, []))

    @post("/sign-up/passkey", status_code=201, summary="Open an account with the passkey that was made")
    async def up(request: Request[Any, Any, Any], viewer: Viewer, data: CeremonyAnswer) -> Response[AccountReply]:
        entrance.limits.take(SIGN_UPS, viewer.address)
        region = region_of_ceremony(data.ceremony, entrance.database)
        async with entrance.database.transaction(region) as tx:
            held = await take(tx, data.ceremony)
        applicant = _applicant_of(held.intent)
        credential = verified_creation(desk.site, data.credential, held.challenge)
        async with (
            claimed(entrance.claims, entrance.database, applicant.region, applicant.handle),
            entrance.database.transaction(applicant.region) as tx,
        ):
            person = await open_for(entrance, tx, applicant)
            await add_passkey(
                tx, entrance.door, person, KeptPasskey(entrance.makers[applicant.region].next(), credential)
            )
            entered = await enter(entrance, tx, person, place_of(request, viewer.address))
        entrance.guests.drop(person)
        return await entered_response(desk, request, entered, 201)

    return [up_options, up]


def sign_in_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """Signing in with a passkey."""
    entrance = desk.entrance

    @post("/sign-in/passkey/options", status_code=200, summary="Begin to sign in with a passkey")
    async def in_options(viewer: Public, tx: Transaction) -> CeremonyShape:
        entrance.limits.take(CEREMONIES, viewer.address)
        ceremony = await begin(tx, entrance.makers[viewer.region], b"")
        return CeremonyShape(ceremony.name, request_options(desk.site, ceremony.challenge))

    @post("/sign-in/passkey", status_code=200, summary="Sign in with a passkey")
    async def in_(request: Request[Any, Any, Any], viewer: Public, data: CeremonyAnswer) -> Response[AccountReply]:
        entrance.limits.take(SIGN_INS, viewer.address)
        database = entrance.database
        async with database.transaction(region_of_ceremony(data.ceremony, database)) as tx:
            held = await take(tx, data.ceremony)
        home = region_of(person_of_answer(data.credential))
        if home not in database.regions.values():
            raise PasskeyRefusedError("This passkey belongs to a region that this server does not serve.")
        async with database.transaction(home) as tx:
            person = await prove(tx, desk.site, data.credential, held.challenge)
            entered = await enter(entrance, tx, person, place_of(request, viewer.address))
        return await entered_response(desk, request, entered, 200)

    return [in_options, in_]


def own_passkey_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """A member's own passkeys."""
    entrance = desk.entrance

    @get("/me/passkeys", summary="One's own passkeys")
    async def listed(viewer: Member, tx: Transaction) -> PasskeysReply:
        return PasskeysReply([passkey_shape(each) for each in await passkeys_of(tx, entrance.door, viewer.person_id)])

    @post("/me/passkeys/options", status_code=200, summary="Begin to add a passkey")
    async def options(viewer: Member, tx: Transaction) -> CeremonyShape:
        entrance.limits.take(CEREMONIES, viewer.person_id)
        await must_be_fresh(tx, viewer.person_id, viewer.session_id)
        person = await person_of(tx, viewer.person_id)
        intent = msgspec.json.encode(_Intent(viewer.person_id, viewer.region))
        ceremony = await begin(tx, entrance.makers[viewer.region], intent)
        account = Account(person.person_id, person.handle, person.name)
        known = await credentials_of(tx, viewer.person_id)
        return CeremonyShape(ceremony.name, creation_options(desk.site, account, ceremony.challenge, known))

    @post("/me/passkeys", status_code=201, summary="Add the passkey that was made")
    async def add(viewer: Member, tx: Transaction, data: NewPasskey) -> PasskeyShape:
        held = await take(tx, data.ceremony)
        kept = msgspec.json.decode(held.intent, type=_Intent) if held.intent else None
        if kept is None or kept.person_id != viewer.person_id:
            raise PasskeyRefusedError("This ceremony was for something else. Please start again.")
        credential = verified_creation(desk.site, data.credential, held.challenge)
        number = entrance.makers[viewer.region].next()
        return passkey_shape(
            await add_passkey(tx, entrance.door, viewer.person_id, KeptPasskey(number, credential, data.name))
        )

    @delete("/me/passkeys/{passkey_id:str}", status_code=204, summary="Remove a passkey")
    async def remove(viewer: Member, tx: Transaction, passkey_id: WireId) -> None:
        await remove_passkey(tx, viewer.person_id, found_id(passkey_id))

    return [listed, options, add, remove]


def passkey_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """All routes of passkeys."""
    return [*sign_up_routes(desk), *sign_in_routes(desk), *own_passkey_routes(desk)]

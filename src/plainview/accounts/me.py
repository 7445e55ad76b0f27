"""Owns how a person sees themselves: their row, with what is sealed of it opened for their own view."""

from plainview.accounts.desk import Desk
from plainview.accounts.passwords import has_password
from plainview.accounts.persons import person_of
from plainview.accounts.shapes import AccountReply, MeShape, picture_path
from plainview.accounts.viewers import Role
from plainview.kernel.ids import PersonId, region_of
from plainview.ports.database import Transaction


async def me_reply(desk: Desk, tx: Transaction, person_id: PersonId) -> AccountReply:
    """Me, on the wire.

    Raises:
        NotFoundError: the account is gone.
    """
    person = await person_of(tx, person_id)
    band = await desk.own_band(tx, person_id)
    names = {number: name for name, number in desk.entrance.database.regions.items()}
    me = MeShape(
        id=str(person.person_id),
        handle=person.handle,
        name=person.name,
        picture=picture_path(person.picture),
        is_private=person.is_private,
        sample=person.sample,
        bio=person.bio,
        roles=[Role(each) for each in person.roles],
        age_band=band,
        unread=await desk.standings.unread(tx, person_id),
        has_password=await has_password(tx, person_id),
        region=names[region_of(person_id)],
    )
    return AccountReply(me)

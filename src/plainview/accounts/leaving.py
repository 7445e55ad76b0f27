"""Owns the end of an account: every domain's rows go in one transaction, media and the key by jobs after it."""

from plainview.accounts.desk import Desk
from plainview.accounts.persons import person_of
from plainview.accounts.sessions import must_be_fresh, revoke_others
from plainview.accounts.viewers import Member
from plainview.kernel.errors import InvalidInputError
from plainview.kernel.ids import PersonId, SessionId
from plainview.ports.database import Transaction
from plainview.privacy.erasure import erase_person

PERSON_ERASED = "person.erased"


class HandleMismatchError(InvalidInputError):
    """The handle that was typed to confirm is not the person's own."""

    code = "handle_mismatch"


async def leave(desk: Desk, tx: Transaction, viewer: Member, handle: str) -> None:
    """Erase an account at its owner's wish, once they typed its handle in a session that they have just opened.

    Raises:
        InvalidInputError: the handle is not theirs.
        ProofNeededError: they signed in too long ago.
    """
    account = await person_of(tx, viewer.person_id)
    if handle.strip().removeprefix("@").lower() != account.handle.lower():
        fault = "Type your own handle to delete your account."
        raise HandleMismatchError(fault, fields={"handle": fault})
    await must_be_fresh(tx, viewer.person_id, viewer.session_id)
    await erase_account(desk, tx, viewer.person_id)


async def erase_account(desk: Desk, tx: Transaction, person: PersonId) -> None:
    """Erase an account and all that belongs to it."""
    entrance = desk.entrance
    account = await person_of(tx, person)
    await revoke_others(tx, entrance.signals, person, SessionId(0))
    if account.picture is not None:
        await desk.jobs.enqueue(tx, "accounts.remove_picture", key=account.picture)
    await erase_person(tx, person, desk.erasers, desk.jobs, entrance.door)
    await entrance.signals.send(tx, PERSON_ERASED, person_id=person)
    entrance.book.drop_person(person)

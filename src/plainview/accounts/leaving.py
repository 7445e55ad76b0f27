"""Owns the end of an account: every domain's rows go in one transaction, media and the key by jobs after it."""

from plainview.accounts.desk import Desk
from plainview.accounts.persons import person_of
from plainview.accounts.sessions import revoke_others
from plainview.kernel.errors import InvalidInputError
from plainview.kernel.ids import PersonId, SessionId
from plainview.ports.database import Transaction
from plainview.privacy.erasure import erase_person

PERSON_ERASED = "person.erased"


class HandleMismatchError(InvalidInputError):
    """The handle that was typed to confirm is not the person's own."""

    code = "handle_mismatch"


async def leave(desk: Desk, tx: Transaction, person: PersonId, handle: str) -> None:
    """Erase an account at its owner's wish, once they typed its handle.

    Raises:
        InvalidInputError: the handle is not theirs.
    """
    account = await person_of(tx, person)
    if handle.strip().removeprefix("@").lower() != account.handle.lower():
        fault = "Type your own handle to delete your account."
        raise HandleMismatchError(fault, fields={"handle": fault})
    await erase_account(desk, tx, person)


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

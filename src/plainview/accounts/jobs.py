"""Jobs of accounts: pictures that nobody shows any more, sessions and ceremonies that have ended."""

from plainview.accounts import ceremonies, sessions
from plainview.accounts.pictures import object_key
from plainview.ports.database import Database
from plainview.ports.objects import Objects

REMOVE_PICTURE = "accounts.remove_picture"
SWEEP = "accounts.sweep"


async def remove_picture_job(objects: Objects, key: str) -> None:
    """Delete a picture that was replaced."""
    await objects.delete_below(object_key(key))


async def sweep_job(database: Database) -> None:
    """Delete sessions and ceremonies that have ended, in every region."""
    for region in database.regions.values():
        async with database.transaction(region) as tx:
            await sessions.sweep(tx)
            await ceremonies.sweep(tx)

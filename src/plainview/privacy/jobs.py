"""Jobs of privacy: the key of a person who was erased goes, once their rows are gone for good."""

from plainview.kernel.ids import PersonId
from plainview.ports.door import Door

DESTROY_KEY = "privacy.destroy_key"


async def destroy_key_job(door: Door, person_id: int) -> None:
    """Destroy a person's keys. Run again, it changes nothing."""
    await door.destroy(PersonId(person_id))

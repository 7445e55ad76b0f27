"""Owns the people of the pictures: who they are and what they have done on an instance filled with samples."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from os import environ
from pathlib import Path
from typing import Any

from benchmarks.people import Person
from plainview.demo.portrait import portrait
from plainview.demo.render import Recipe, render

RIDGES = Recipe("ridges", 41, "reef", seconds=6)
POOL = Recipe("pool", 17, "dusk", seconds=6)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
REPORTED = 4
REMARKS = ("The slow part at the end is my favourite.", "Watched it four times.", "What is it drawn with?")


@dataclass
class Cast:
    """Everybody in the pictures, and the videos that they show."""

    mia: Person
    jo: Person
    quiet: Person
    moderator: Person
    new: Person
    posted: str
    draft: str
    samples: list[dict[str, Any]]
    clips: list[Path] = field(default_factory=list)

    def sample(self, handle: str) -> dict[str, Any]:
        """The card of the first video by a sample account, else of any."""
        return next((card for card in self.samples if card["creator"]["handle"] == handle), self.samples[0])

    def path(self, handle: str) -> str:
        """The address of the first video by a sample account."""
        card = self.sample(handle)
        return f"/@{card['creator']['handle']}/video/{card['id']}"


def gather(address: str, data: Path) -> Cast:
    """Sign everybody up and let them do what the pictures show."""
    folder = Path(tempfile.mkdtemp(prefix="plainview-pictures-"))
    clips = [render(RIDGES, folder / "ridges.mp4"), render(POOL, folder / "pool.mp4")]
    mia = _member(address, "mia_hart", "Mia Hart", "Hills, mostly. And the light on them.", "reef")
    jo = _member(address, "jo_brandt", "Jo Brandt", "I film what the tide leaves.", "dusk")
    quiet = _member(address, "quiet.corner", "Quiet Corner", "For people I know.", "plum")
    moderator = _member(address, "rota", "Rota", "", "nordic")
    new = _member(address, "new_here", "", "", "")
    quiet.http.patch("/api/me", json={"is_private": True}).raise_for_status()
    _give_role("rota", data)
    cards = [entry["card"] for entry in mia.http.get("/api/feed?size=20&session=pictures").json()["entries"]]
    posted, draft = mia.upload(clips[0]), mia.upload(clips[1])
    mia.wait(posted, "playable")
    mia.publish(posted, "Six ranges of hills, from the window of a slow train. #hills #evening")
    cast = Cast(mia, jo, quiet, moderator, new, posted, draft, cards, clips)
    _meet(cast)
    _report(cast)
    mia.wait(posted, "ready")
    mia.wait(draft, "ready")
    return cast


def _member(address: str, handle: str, name: str, bio: str, palette: str) -> Person:
    person = Person(address, handle)
    person.http.headers["User-Agent"] = BROWSER
    person.sign_up()
    if name:
        person.http.patch("/api/me", json={"name": name, "bio": bio}).raise_for_status()
        picture = {"content": portrait(handle, palette), "headers": {"Content-Type": "image/png"}}
        person.http.put("/api/me/picture", **picture).raise_for_status()  # type: ignore[arg-type]
    return person


def _give_role(handle: str, data: Path) -> None:
    command = [sys.executable, "-m", "plainview", "user", "role", handle, "moderator"]
    subprocess.run(command, env={**environ, "PLAINVIEW_DATA": str(data)}, check=True, stdout=subprocess.DEVNULL)


def _meet(cast: Cast) -> None:
    """Let people follow, like, save and talk, so that no screen is empty that need not be."""
    mia, jo, quiet = cast.mia, cast.jo, cast.quiet
    for card in cast.samples[:7]:
        mia.http.put(f"/api/people/{card['creator']['handle']}/follow")
        mia.http.put(f"/api/videos/{card['id']}/like")
        mia.http.put(f"/api/videos/{card['id']}/save")
    mia.http.put("/api/people/jo_brandt/follow")
    for person in (jo, cast.moderator):
        person.http.put("/api/people/mia_hart/follow")
        person.http.put(f"/api/videos/{cast.posted}/like")
    said = [jo.http.post(f"/api/videos/{cast.posted}/comments", json={"text": text}).json() for text in REMARKS]
    mia.http.post(f"/api/videos/{cast.posted}/comments", json={"text": "With patience.", "parent_id": said[2]["id"]})
    mia.http.put(f"/api/comments/{said[0]['id']}/like")
    quiet.http.put("/api/people/mia_hart/follow")
    for person in (mia, jo):
        person.http.put("/api/people/quiet.corner/follow")
    # Whose videos she reports below she does not block: she could not see them any more.
    handles = [card["creator"]["handle"] for card in cast.samples]
    blocked = next(handle for handle in reversed(handles) if handle not in handles[:REPORTED])
    mia.http.put(f"/api/people/{blocked}/block").raise_for_status()


def _report(cast: Cast) -> None:
    """Leave moderators something to decide, something that they reported themselves, and something decided."""
    remark = cast.jo.http.post(f"/api/videos/{cast.samples[1]['id']}/comments", json={"text": "Cheap watches: ask me"})
    reports = [
        {"kind": "video", "id": cast.samples[0]["id"], "reason": "violence", "text": "My little brother was afraid."},
        {"kind": "comment", "id": remark.json()["id"], "reason": "spam", "text": ""},
    ]
    decided = {"kind": "video", "id": cast.samples[2]["id"], "reason": "illegal", "text": "Is this allowed?"}
    rota = cast.moderator.http
    cast.jo.http.post("/api/reports", json=decided).raise_for_status()
    [waiting] = rota.get("/api/moderation/reports").json()["reports"]
    verdict = {"decision": "age_restrict", "note": "Allowed, and nothing for children."}
    rota.post(f"/api/moderation/reports/{waiting['id']}/verdict", json=verdict).raise_for_status()
    for report in reports:
        cast.mia.http.post("/api/reports", json=report).raise_for_status()
    own = {"kind": "video", "id": cast.samples[3]["id"], "reason": "spam", "text": "The same video for the third time."}
    rota.post("/api/reports", json=own).raise_for_status()

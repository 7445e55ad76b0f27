"""Owns the product's engine as one of the feeds: views become the events that the product's client would send."""

from collections import defaultdict

from benchmarks.feeds.delayed import Ranker
from benchmarks.feeds.feed import PAGE
from benchmarks.simulator.marginals import COMMENT, FOLLOW, FORWARD, HATE, LIKE
from benchmarks.simulator.sessions import View
from benchmarks.simulator.world import World
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, ItemFacts, Observation, PageRequest

_CREATORS_FROM = 1_000_000
_SKIP_MS, _SKIP_SHARE, _SKIP_MS_MAX, _FINISHED_SHARE = 2_000, 0.2, 20_000, 0.97
_ACTIONS = (
    (LIKE, EventKind.LIKE),
    (COMMENT, EventKind.COMMENT),
    (FORWARD, EventKind.SHARE),
    (FOLLOW, EventKind.FOLLOW),
    (HATE, EventKind.NOT_INTERESTED),
)


class Product:
    """An engine behind the port. It is given what the product gives it: tags, creator, sound, length, time."""

    name = "plainview"

    def __init__(self, world: World, engine: Ranker, content: bool) -> None:
        self._engine = engine
        self._author = world.videos.author
        self._followed: dict[int, list[PersonId]] = defaultdict(list)
        self._places: dict[int, dict[int, int]] = defaultdict(dict)
        engine.add_items([_facts(world, video, content) for video in range(len(world.videos))])

    def learn(self, view: View) -> None:
        """Tells the engine what the client would tell."""
        person, item = PersonId(view.person + 1), ItemId(view.video + 1)
        creator = PersonId(_CREATORS_FROM + int(self._author[view.video]))
        end_ms = view.at_ms + view.watched_ms
        kinds = [EventKind.SHOWN, EventKind.WATCHED]
        if view.watched_ms >= _FINISHED_SHARE * view.duration_ms:
            kinds.append(EventKind.FINISHED)
        elif view.watched_ms < min(_SKIP_MS_MAX, max(_SKIP_MS, _SKIP_SHARE * view.duration_ms)):
            kinds.append(EventKind.SKIPPED)
        kinds += [action for kind, action in _ACTIONS if view.given[kind]]
        loops = view.watched_ms // view.duration_ms
        place = self._places[view.person].get(view.video, -1)
        self._engine.observe(
            [Observation(person, kind, end_ms, item, None, view.watched_ms, loops, position=place) for kind in kinds]
        )
        if EventKind.FOLLOW in kinds:
            self._followed[view.person].append(creator)

    def hour(self) -> None:
        """Nothing waits for the hour."""

    def page(self, person: int, at_ms: int) -> list[int]:
        """The engine's next page."""
        request = PageRequest(
            now_ms=at_ms, size=PAGE, person=PersonId(person + 1), followed=tuple(self._followed[person])
        )
        videos = [ranked.item - 1 for ranked in self._engine.page(request).items]
        self._places[person] = {video: place for place, video in enumerate(videos)}
        return videos


def _facts(world: World, video: int, content: bool) -> ItemFacts:
    videos = world.videos
    return ItemFacts(
        item=ItemId(video + 1),
        creator=PersonId(_CREATORS_FROM + int(videos.author[video])),
        duration_ms=int(videos.duration_ms[video]),
        published_at_ms=int(world.uploaded_ms[video]),
        sound=int(videos.sound[video]) + 1,
        tags=videos.tags[video],
        features=world.truth.content[video].tolist() if content else None,
    )

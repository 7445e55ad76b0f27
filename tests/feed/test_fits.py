"""A fitted model is adopted and kept, or counted and passed over; the last one serves again after a restart."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plainview.adapters.fitter_process import FitterProcess
from plainview.adapters.models_folder import KEPT, ModelsFolder
from plainview.adapters.ranker_here import RankerHere
from plainview.engine.ranking import TasteEngine
from plainview.feed.fits import TRIED_AGAIN, Fits
from plainview.kernel.ids import ItemId
from plainview.ports.engine import PageRequest
from plainview.ports.fitter import FitFailedError, Fitted, Fitter, KeptModels
from tests.contracts.test_engine import NOW_MS, video
from tests.engine.planted_next import drawn_model

pytestmark = pytest.mark.anyio
MODEL = drawn_model(list(range(20)))


class Planned:
    """A fitter whose verdicts are known beforehand."""

    def __init__(self, *found: Fitted) -> None:
        self.found = list(found)
        self.told: list[bytes] = []

    async def fit(self, serving: bytes, lessons: AsyncIterator[bytes]) -> Fitted:
        """The next of them."""
        self.told = [serving, *[lesson async for lesson in lessons]]
        return self.found.pop(0)


def fits(folder: Path, fitter: Fitter) -> Fits:
    engine = TasteEngine()
    engine.add_items([video(number) for number in range(20)])
    return Fits(RankerHere(engine), fitter, ModelsFolder(folder), 3)


async def version(found: Fits) -> str:
    return (await found.ranker.page(PageRequest(NOW_MS))).model_version


async def test_what_is_taken_serves_and_serves_again_after_a_restart(tmp_path: Path) -> None:
    planned = Planned(Fitted(b"", "too_little", {}), Fitted(MODEL.to_bytes(), "taken", {"ndcg": 0.1}))
    first = fits(tmp_path, planned)
    await first.begin()
    assert await first.fit() == "too_little"
    assert MODEL.digest not in await version(first)
    assert first.wait(datetime(2026, 1, 1, tzinfo=UTC)) == TRIED_AGAIN
    assert await first.fit() == "taken"
    assert await version(first) == f"{(await version(fits(tmp_path, planned)))}+next-{MODEL.digest}"
    assert first.verdicts == {"too_little": 1, "taken": 1}
    assert planned.told[0] == b""
    assert len(planned.told) == 4
    again = fits(tmp_path, Planned(Fitted(b"", "refused", {})))
    await again.begin()
    assert await version(again) == await version(first)
    assert await again.fit() == "refused"
    assert await version(again) == await version(first)


async def test_one_that_was_taken_out_for_getting_worse_serves_not_after_a_restart_either(tmp_path: Path) -> None:
    engine = TasteEngine()
    found = Fits(RankerHere(engine), Planned(Fitted(MODEL.to_bytes(), "taken", {})), ModelsFolder(tmp_path), 3)
    assert await found.fit() == "taken"
    await found.notice(await version(found))
    assert await found.ranker.model() == MODEL.digest
    engine.adopt(b"")
    await asyncio.gather(*[found.notice(await version(found)) for _ in range(3)])
    assert found.verdicts == {"taken": 1, "taken_out": 1}
    assert ModelsFolder(tmp_path).last() == b"", "it is on the disk before the page is sent"
    again = fits(tmp_path, Planned(Fitted(MODEL.to_bytes(), "taken", {})))
    await again.begin()
    assert await again.ranker.model() == ""
    assert again.wait(datetime.now(UTC)) != TRIED_AGAIN, "there was one: the next comes at night"
    assert await again.fit() == "taken"
    assert await again.ranker.model() == MODEL.digest


async def test_a_kept_model_that_is_torn_does_not_serve(tmp_path: Path) -> None:
    ModelsFolder(tmp_path).keep(MODEL.to_bytes()[:-9], 5)
    found = fits(tmp_path, Planned())
    await found.begin()
    assert "next" not in await version(found)
    assert found.serving is None


async def test_the_next_fit_is_at_the_hour(tmp_path: Path) -> None:
    found = fits(tmp_path, Planned())
    found.serving = b"some"
    for at in (datetime(2026, 1, 1, 1, 30, tzinfo=UTC), datetime(2026, 1, 1, 3, tzinfo=UTC)):
        due = at.astimezone() + found.wait(at)
        assert (due.hour, due.minute) == (3, 0)
        assert timedelta() < found.wait(at) <= timedelta(days=1)


def test_the_last_few_are_kept(tmp_path: Path) -> None:
    folder = ModelsFolder(tmp_path / "models")
    assert isinstance(folder, KeptModels)
    assert folder.last() is None
    for number in range(KEPT + 3):
        folder.keep(f"model {number}".encode(), 1_000 + number)
    assert folder.last() == f"model {KEPT + 2}".encode()
    folder.take_out()
    assert folder.last() == b""
    assert len(list((tmp_path / "models").iterdir())) == KEPT
    folder.keep(b"a better one", 2_000)
    assert folder.last() == b"a better one"
    assert len(list((tmp_path / "models").iterdir())) == KEPT


async def test_one_that_dies_says_that(tmp_path: Path) -> None:
    with pytest.raises(FitFailedError):
        await fits(tmp_path, FitterProcess(["cosign"])).fit()


@pytest.mark.long  # It waits until nobody else wants the processor.
async def test_a_process_of_its_own_says_its_verdict(tmp_path: Path) -> None:
    fitter = FitterProcess(["fit", "json", "error"])
    assert isinstance(fitter, Fitter)
    found = fits(tmp_path, fitter)
    await found.ranker.remove_item(ItemId(3))
    assert await found.fit() == "too_little"

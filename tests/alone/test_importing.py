"""Moving in from Gorse with the files that its dashboard exports."""

import json
from pathlib import Path
from typing import Any

import pytest

from plainview.alone.importing import import_gorse
from plainview.alone.kinds import KINDS, with_named
from plainview.alone.records import Happened
from plainview.kernel.errors import InvalidInputError
from tests.alone.serving import asking

pytestmark = pytest.mark.anyio


def written(file: Path, rows: list[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def feedback(kind: str, user: str, item: str, at: str) -> dict[str, Any]:
    return {"FeedbackType": kind, "UserId": user, "ItemId": item, "Value": 0, "Timestamp": at, "Comment": ""}


async def test_gorses_files_are_taken_in_and_learned_in_the_order_of_time(tmp_path: Path) -> None:
    users = written(tmp_path / "users.jsonl", [{"UserId": "ann", "Labels": None, "Comment": "", "Subscribe": None}])
    items = written(
        tmp_path / "items.jsonl",
        [
            {"ItemId": f"v{n}", "IsHidden": n == 2, "Categories": None, "Timestamp": "2026-11-01T00:00:00Z",
             "Labels": ["cats"], "Comment": ""}
            for n in range(5)
        ],
    )  # fmt: skip
    rows = written(
        tmp_path / "feedback.jsonl",
        [
            feedback("like", "ann", "v1", "2026-11-03T00:00:00Z"),
            feedback("like", "ann", "v3", "2026-11-02T00:00:00.123456789Z"),
            feedback("glow", "ann", "v4", "2026-11-01T00:00:00Z"),
            feedback("clap", "bob", "v3", "2026-11-04T00:00:00Z"),
        ],
    )
    done = import_gorse(tmp_path / "data", [rows, users, items], with_named(["clap=like"]))
    assert (done.items, done.users, done.feedback, done.passed_over) == (5, 1, 3, {"glow": 1})
    async with asking(tmp_path / "data") as service:
        learned = [each.at_ms for each in service.logged() if isinstance(each, Happened)]
        assert learned == sorted(learned)
        assert len(learned) == 6, "each with its exposure"
        assert await service.get("recommend/ann") in (["v0", "v4"], ["v4", "v0"])
    again = import_gorse(tmp_path / "data", [rows, users, items], with_named(["clap=like"]))
    assert again.feedback == 3
    async with asking(tmp_path / "data") as service:
        assert len([each for each in service.logged() if isinstance(each, Happened)]) == 6, "twice is as once"


def test_a_line_that_is_none_of_gorses_is_named(tmp_path: Path) -> None:
    good = {"ItemId": "a", "Timestamp": ""}
    for wrong in ("{", "[]", '{"ItemId": "a/b"}'):
        file = tmp_path / "items.jsonl"
        file.write_text(json.dumps(good) + "\n" + wrong + "\n")
        with pytest.raises(InvalidInputError, match=r"items\.jsonl, line 2"):
            import_gorse(tmp_path / "data", [file], KINDS)

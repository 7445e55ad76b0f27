"""docs/engine.md says what is there: its examples run, and no verb and no type is missing or made up."""

import re
from pathlib import Path

from plainview.alone import http_feedback, http_pages, http_rows
from plainview.alone.kinds import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "engine.md").read_text()


def test_the_examples_run(capsys: object) -> None:
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "docs/engine.md", "exec"), names)
    page = names["page"]
    assert len(page.items) == 8  # type: ignore[attr-defined]
    assert sum(place.item % 2 == 0 for place in page.items) >= 5  # type: ignore[attr-defined]


def test_a_first_page_takes_no_more_than_ten_lines() -> None:
    first = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
    assert len([line for line in first.splitlines() if line]) <= 10


def test_every_verb_is_documented() -> None:
    table = (
        PAGE.split("### Gorse's verbs")[1].split("### What feedback means")[0] + PAGE.split("### What Gorse has not")[1]
    )
    told = set()
    for path in re.findall(r"`(?:[A-Z, `]*)(/api/[^`]*)`", table):
        told |= set(_spelled(path.partition("?")[0]))
    for routes in (http_rows.ROUTES, http_feedback.ROUTES, http_pages.ROUTES):
        for handler in routes:
            for path in handler.paths:
                assert _plain(path) in told, path


def test_every_type_of_feedback_is_documented() -> None:
    table = PAGE.split("### What feedback means")[1].split("### What Gorse has not")[0]
    assert {name for name in KINDS if not re.search(rf"\b{name}\b", table)} == set()


def _plain(path: str) -> str:
    """The path with every parameter alike."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def _spelled(path: str) -> list[str]:
    """What is written with optional parts in brackets, with and without each."""
    optional = re.search(r"\[([^]]*)\]", path)
    if optional is None:
        return [_plain(path)]
    before, after = path[: optional.start()], path[optional.end() :]
    return [*_spelled(before + after), *_spelled(before + optional[1] + after)]

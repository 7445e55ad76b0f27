"""Owns the two forms of file that histories are read from, and refuses any other with the line that is wrong.

- A line a person: the person's id, then item ids, oldest first, apart by blanks or tabs.
- A line an event, tab-separated: person, item, unix time, and any more columns. A first line of names may say that the
  time stands elsewhere, by a name that holds the word time.

Empty lines and lines that begin with `#` are passed over in both.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from plainview.engine.sequence.histories import Histories, gathered
from plainview.engine.sequence.waits import until_next
from plainview.kernel.errors import PlainviewError

EVENT_COLUMNS = 3


class HistoriesUnreadableError(PlainviewError):
    """The file holds no histories in a form that is known."""

    code, status, title = "histories_unreadable", 422, "The file of histories cannot be read"


@dataclass(frozen=True)
class Named:
    """Histories, and the ids that their numbers stand for."""

    histories: Histories
    people: tuple[str, ...]
    items: tuple[str, ...]
    traits: Tensor | None = None
    """(items, traits) float32, rows of length one or zero; None where nothing is known of the items."""


def read_histories(path: Path) -> Named:
    """What people took, oldest first, from a file in either form.

    Raises:
        HistoriesUnreadableError: it is neither; the message names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise HistoriesUnreadableError(f"{path.name} is not text in UTF-8.") from error
    kept = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not kept:
        raise HistoriesUnreadableError(f"{path.name} holds no line.")
    events = len(kept[0][1].split("\t")) >= EVENT_COLUMNS and len(kept[-1][1].split("\t")) >= EVENT_COLUMNS
    timed = _by_event(kept) if events else {}
    rows = {person: [item for _, item in row] for person, row in timed.items()} if events else _by_person(kept)
    waits = [until_next(np.array([at for at, _ in row])) for row in timed.values()] if events else None
    numbers: dict[str, int] = {}
    taken = [np.array([numbers.setdefault(item, len(numbers)) for item in row], np.int64) for row in rows.values()]
    return Named(gathered(taken, len(numbers), waits), tuple(rows), tuple(numbers))


def with_traits(named: Named, path: Path) -> Named:
    """The same histories with their items' traits, from a JSON object of lists by item id. Rare traits weigh more.

    Raises:
        HistoriesUnreadableError: it is no such object.
    """
    try:
        lists = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise HistoriesUnreadableError(f"{path.name} is no JSON.") from error
    if not isinstance(lists, dict) or not all(isinstance(each, list) for each in lists.values()):
        raise HistoriesUnreadableError(f"{path.name} is no JSON object of lists, one for each item.")
    numbers: dict[str, int] = {}
    held = [{numbers.setdefault(str(trait), len(numbers)) for trait in lists.get(item, [])} for item in named.items]
    traits = torch.zeros(len(held), max(1, len(numbers)))
    for item, own in enumerate(held):
        traits[item, list(own)] = 1
    rarity = torch.log(len(held) / traits.sum(0).clamp_min(1))
    return replace(named, traits=torch.nn.functional.normalize(traits * rarity, dim=1))


def _by_person(lines: list[tuple[int, str]]) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for number, line in lines:
        person, *items = line.split()
        if not items:
            raise HistoriesUnreadableError(f"Line {number} names a person and no item: “{line[:40]}”.")
        if person in rows:
            raise HistoriesUnreadableError(
                f"Line {number} names {person[:40]} again. Give a person one line, or a line an event with its time."
            )
        rows[person] = items
    return rows


def _by_event(lines: list[tuple[int, str]]) -> dict[str, list[tuple[float, str]]]:
    """Each person's times and items, oldest first."""
    timed: dict[str, list[tuple[float, str]]] = {}
    for person, item, at in _events(lines):
        timed.setdefault(person, []).append((at, item))
    # The order of the file decides between events of one time.
    return {person: sorted(row, key=lambda event: event[0]) for person, row in timed.items()}


def _events(lines: list[tuple[int, str]]) -> Iterator[tuple[str, str, float]]:
    names = [name.lower() for name in lines[0][1].split("\t")]
    column = next((place for place, name in enumerate(names) if "time" in name), 2)
    headed = _time(names[column]) is None
    for number, line in lines[headed:]:
        columns = line.split("\t")
        if len(columns) <= max(column, 2):
            raise HistoriesUnreadableError(f"Line {number} has {len(columns)} columns: “{line[:40]}”.")
        at = _time(columns[column])
        if at is None:
            raise HistoriesUnreadableError(
                f"Line {number}, column {column + 1}: “{columns[column][:40]}” is no unix time."
            )
        yield columns[0].strip(), columns[1].strip(), at


def _time(text: str) -> float | None:
    try:
        at = float(text)
    except ValueError:
        return None
    return at if math.isfinite(at) else None

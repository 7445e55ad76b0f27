"""Owns the reading of tables of numbers by their columns' names, with an error that names the line and the column."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from plainview.engine.published_logs.events import LogUnreadableError

_CHUNK_ROWS = 200_000
Columns = dict[str, NDArray[np.float64]]


def read_columns(path: Path, wanted: Sequence[str]) -> Columns:
    """(n,) float64 for each wanted column of a comma-separated file whose first line names them; empty cells are NaN.

    Whole numbers are exact up to 2^53, which no id and no time of these logs reaches.

    Raises:
        LogUnreadableError: a column is missing, or a cell is no number.
    """
    parts: dict[str, list[NDArray[np.float64]]] = {name: [] for name in wanted}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        header = [name.strip() for name in next(rows, [])]
        require(path, header, wanted)
        at = [header.index(name) for name in wanted]
        chunk: list[list[str]] = []
        for number, row in enumerate(rows, start=2):
            if len(row) != len(header):
                raise LogUnreadableError(f"{path.name}, line {number}: {len(row)} cells where there are {len(header)}.")
            chunk.append([row[place] for place in at])
            if len(chunk) == _CHUNK_ROWS:
                _take(path, parts, chunk, number - len(chunk) + 1)
                chunk = []
        _take(path, parts, chunk, rows.line_num - len(chunk) + 1)
    return {name: np.concatenate(found) if found else np.zeros(0) for name, found in parts.items()}


def require(path: Path, found: Sequence[str], wanted: Sequence[str]) -> None:
    """Nothing, when all wanted columns are there.

    Raises:
        LogUnreadableError: some are not; it names them, and those that there are.
    """
    missing = [name for name in wanted if name not in found]
    if missing:
        raise LogUnreadableError(f"{path.name} has no column {', '.join(missing)}; it has {', '.join(found)}.")


def whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) int64, nearest; NaN becomes -1."""
    return np.where(np.isnan(values), -1.0, np.rint(values)).astype(np.int64)


def _take(path: Path, parts: dict[str, list[NDArray[np.float64]]], chunk: list[list[str]], first: int) -> None:
    for place, (name, found) in enumerate(parts.items()):
        cells = [row[place] or "nan" for row in chunk]
        try:
            found.append(np.array(cells, np.float64))
        except ValueError:
            line = next(first + number for number, cell in enumerate(cells) if not _is_number(cell))
            raise LogUnreadableError(f"{path.name}, line {line}: the cell of {name} is no number.") from None


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True

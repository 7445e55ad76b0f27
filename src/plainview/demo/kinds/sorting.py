"""Sorting: a shuffled row of bars put in order by a real algorithm; every look at a bar is a note of its height."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from plainview.demo.canvas import bloom, finish, vignette
from plainview.demo.lettering import lay, word
from plainview.demo.music import bed, key
from plainview.demo.palette import color
from plainview.demo.shot import Frame, Kind, Picture, Shot, Sound
from plainview.demo.sound import keys, pluck, scale

Step = tuple[list[int], tuple[int, ...]]
NAMES = {
    "quick": ("Quicksort", "pick one, split the rest around it, repeat"),
    "merge": ("Merge sort", "sort halves, then zip them together"),
    "heap": ("Heapsort", "keep the largest on top, take it away"),
    "shell": ("Shellsort", "sort far neighbours first, then near ones"),
    "insertion": ("Insertion sort", "slide each one back to where it belongs"),
}


def _quick(row: list[int], low: int, high: int) -> Iterator[Step]:
    if high - low < 2:
        return
    pivot, edge = row[high - 1], low
    for place in range(low, high):
        if row[place] <= pivot:
            row[edge], row[place] = row[place], row[edge]
            edge += 1
        yield row, (place, edge - 1, high - 1)
    yield from _quick(row, low, edge - 1)
    yield from _quick(row, edge, high)


def _merge(row: list[int], low: int, high: int) -> Iterator[Step]:
    if high - low < 2:
        return
    middle = (low + high) // 2
    yield from _merge(row, low, middle)
    yield from _merge(row, middle, high)
    for place, value in enumerate(sorted(row[low:high]), low):
        # Taking it out from where it stands keeps the row whole while the two halves are joined.
        row.insert(place, row.pop(row.index(value, place)))
        yield row, (place, high - 1)


def _heap(row: list[int], low: int, high: int) -> Iterator[Step]:
    def sift(root: int, end: int) -> Iterator[Step]:
        while (child := 2 * root + 1) < end:
            child += child + 1 < end and row[child] < row[child + 1]
            if row[root] >= row[child]:
                return
            row[root], row[child] = row[child], row[root]
            root = child
            yield row, (root, child)

    for root in range(high // 2, low - 1, -1):
        yield from sift(root, high)
    for end in range(high - 1, low, -1):
        row[0], row[end] = row[end], row[0]
        yield row, (0, end)
        yield from sift(0, end)


def _gaps(row: list[int], gaps: tuple[int, ...]) -> Iterator[Step]:
    for gap in gaps:
        for start in range(gap, len(row)):
            place = start
            while place >= gap and row[place - gap] > row[place]:
                row[place - gap], row[place] = row[place], row[place - gap]
                place -= gap
                yield row, (place, start)


def _story(shot: Shot) -> list[tuple[list[int], tuple[int, ...]]]:
    """All states of the row with the bars just looked at, thinned to one for each frame of the sorting."""
    manner = shot.variant or "quick"
    count = {"insertion": 34}.get(manner, 64)
    row = [int(v) for v in shot.rng("row").permutation(count)]
    steps: list[tuple[list[int], tuple[int, ...]]] = [(row[:], ())]
    ways = {"quick": _quick, "merge": _merge, "heap": _heap}
    run = ways[manner](row, 0, count) if manner in ways else _gaps(row, (23, 10, 4, 1) if manner == "shell" else (1,))
    steps.extend((state[:], marks) for state, marks in run)
    frames = int(shot.frames * 0.78)
    return [steps[min(len(steps) - 1, index * len(steps) // frames)] for index in range(frames)] + [(row[:], ())]


def _bars(canvas: Picture, shot: Shot, row: list[int], marks: tuple[int, ...], sweep: int) -> None:
    count = len(row)
    left, wide = shot.width * 0.07, shot.width * 0.86 / count
    floor, tall = shot.height * 0.86, shot.height * 0.56
    white = color(shot.palette, 1.0)
    for place, value in enumerate(row):
        x0, x1 = (
            round(left + place * wide),
            max(round(left + place * wide) + 1, round(left + (place + 1) * wide - max(1.0, wide * 0.16))),
        )
        top = round(floor - tall * (0.04 + 0.96 * (value + 1) / count))
        paint = color(shot.palette, 0.3 + 0.58 * value / count)
        lit = place in marks or (sweep >= 0 and 0 <= sweep - place < 4)
        canvas[:, top : round(floor), x0:x1] = white if lit else paint


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    story = _story(shot)
    ground = (color(shot.palette, 0.07) * vignette(shot.height, shot.width, 0.5)).astype(np.float32)
    title, line = NAMES[shot.variant or "quick"]
    lay(
        ground, word(title, shot.unit * 0.19, 600, True), shot.width / 2, shot.height * 0.145, color(shot.palette, 0.95)
    )
    lay(ground, word(line, shot.unit * 0.072, 450), shot.width / 2, shot.height * 0.205, color(shot.palette, 0.7))
    for index in range(shot.frames):
        row, marks = story[min(index, len(story) - 1)]
        canvas = ground.copy()
        sweep = int((index - len(story)) / (shot.frames * 0.14) * len(row)) if index >= len(story) else -1
        _bars(canvas, shot, row, marks, sweep)
        yield finish(bloom(canvas, 0.22, 0.02))


def sound(shot: Shot) -> Sound:
    """The heights of the bars as notes, and a run up the scale when all is in order."""
    mix, story = bed(shot, "warm", 0.12, 2), _story(shot)
    count = len(story[0][0])
    notes = scale(key(shot), "calm", 20)
    previous: tuple[int, ...] = ()
    for index, (row, marks) in enumerate(story[::2]):
        if marks and marks != previous:
            note = notes[row[marks[0]] * 19 // (count - 1)]
            mix.add(keys(note + 12, 0.35), index * 2 / shot.fps, 0.16, marks[0] / count * 1.4 - 0.7)
        previous = marks
    done = len(story) / shot.fps
    for index, (note, _) in enumerate(pairwise(notes)):
        mix.add(pluck(note + 12, 1.2), done + index / 19 * shot.seconds * 0.14, 0.3, index / 19 - 0.5)
    mix.room(1.6, 0.3)
    return mix.master()


KIND = Kind("sorting", picture, sound, detail=1.0, loops=False)

"""What the samples are: owns the reading of catalogue.toml, so that who, what and in which words stands in one list."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plainview.demo.render import Recipe

PLACE = Path(__file__).parent / "catalogue.toml"
CAPTIONS = Path(__file__).parent / "captions"


@dataclass(frozen=True)
class SampleAccount:
    """An account that says of itself that it is a sample; `follows` are handles."""

    handle: str
    name: str
    bio: str
    palette: str
    follows: tuple[str, ...]


@dataclass(frozen=True)
class SampleClip:
    """One clip: how to make it, who posts it, in which language and words."""

    recipe: Recipe
    handle: str
    language: str
    caption: str
    tags: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file name, one of its own for each clip."""
        parts = (self.recipe.kind, self.recipe.variant, str(self.recipe.seed))
        return "-".join(part for part in parts if part) + ".mp4"

    @property
    def post(self) -> str:
        """The caption with its hashtags, as a person would write it."""
        return " ".join((self.caption, *(f"#{tag}" for tag in self.tags)))

    @property
    def caption_files(self) -> dict[str, Path]:
        """The WebVTT files that go with the clip, by language; they are named after it."""
        files = sorted(CAPTIONS.glob(self.name.removesuffix(".mp4") + ".*.vtt"))
        return {file.name.split(".")[-2]: file for file in files}


@dataclass(frozen=True)
class SampleComment:
    """A remark by one sample account on a clip, given by its place in the list of clips."""

    handle: str
    clip: int
    text: str


@dataclass(frozen=True)
class Catalogue:
    """All the samples, clips in the order in which they are to be made."""

    accounts: tuple[SampleAccount, ...]
    clips: tuple[SampleClip, ...]
    comments: tuple[SampleComment, ...]


def catalogue() -> Catalogue:
    """Read the catalogue of samples that comes with the program."""
    table = tomllib.loads(PLACE.read_text(encoding="utf-8"))
    accounts = tuple(
        SampleAccount(row["handle"], row["name"], row["bio"], row["palette"], tuple(row["likes"]))
        for row in table["accounts"]
    )
    clips = tuple(_clip(row) for row in table["clips"])
    places = {clip.name.removesuffix(".mp4"): index for index, clip in enumerate(clips)}
    comments = tuple(SampleComment(row["by"], places[row["on"]], row["text"]) for row in table["comments"])
    return Catalogue(accounts, clips, comments)


def _clip(row: dict[str, Any]) -> SampleClip:
    words = {"by", "language", "caption", "tags"}
    recipe = Recipe(**{key: value for key, value in row.items() if key not in words})
    return SampleClip(recipe, row["by"], row["language"], row["caption"], tuple(row["tags"]))

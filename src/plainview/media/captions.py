"""Owns caption files: WebVTT read strictly, and written anew with nothing in it but times and words.

What they say goes to the engine as forty numbers, which stand with each file's name, and go with it.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anyio.to_thread import run_sync

from plainview.engine.said import said
from plainview.kernel.errors import PlainviewError
from plainview.media.assets import Asset, media_prefix, set_captions
from plainview.ports.database import Transaction
from plainview.ports.objects import Objects

CUES_MAX = 5_000
CUE_CHARS_MAX = 1_000
LANGUAGES_MAX = 40
_TIME = r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"^{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?$")
# Words may be stressed and named; classes, links and timestamps inside cues are for styles, which we do not take.
_MARKUP = re.compile(r"</?(?:b|i|u|v|c|lang|ruby|rt)(?:[ .][^<>]*)?>|<[\d:.]*>", re.IGNORECASE)


class BadCaptionsError(PlainviewError):
    """The file is not captions that a player can show."""

    code, status, title = "bad_captions", 422, "This is not a WebVTT file that can be shown"


@dataclass(frozen=True, slots=True)
class Cue:
    """Some words and when they are shown."""

    start_ms: int
    end_ms: int
    text: str


def cues_of(content: bytes) -> list[Cue]:
    """The cues of a WebVTT file, in order; styles, regions and notes are left out.

    Raises:
        BadCaptionsError: it is not WebVTT, or it has no cue, or too many.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadCaptionsError("Save the captions as UTF-8 and send them again.") from error
    blocks = re.split(r"\n{2,}", text.replace("\r\n", "\n").replace("\r", "\n").strip("\n"))
    if not re.match(r"WEBVTT(?:[ \t\n]|\Z)", blocks[0]):
        raise BadCaptionsError("Captions must be a WebVTT file, which begins with WEBVTT.")
    cues = [cue for block in blocks[1:] if (cue := _cue(block)) is not None]
    if not cues:
        raise BadCaptionsError("There is no caption in this file.")
    if len(cues) > CUES_MAX:
        raise BadCaptionsError(f"A caption file may have {CUES_MAX} captions; this one has {len(cues)}.")
    return sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))


def written(cues: list[Cue]) -> bytes:
    """These cues as a WebVTT file."""
    parts = ["WEBVTT"]
    parts += [f"{_clock(cue.start_ms)} --> {_clock(cue.end_ms)}\n{cue.text}" for cue in cues]
    return ("\n\n".join(parts) + "\n").encode()


def in_numbers(cues: list[Cue]) -> str:
    """What these say, as `said` puts it, in letters: what the engine is told, and all that stands beside the video."""
    return b64encode(said(" ".join(cue.text for cue in cues))).decode()


def spoken(captions: Sequence[Mapping[str, str]], language: str | None) -> bytes | None:
    """What is said in a video: by the captions in its own language, else by the first; None without any."""
    told = [each for each in captions if "said" in each]
    own = [each for each in told if language and _tongue(each["language"]) == _tongue(language)]
    return b64decode((own or told)[0]["said"]) if told else None


async def put_captions(tx: Transaction, objects: Objects, asset: Asset, language: str, content: bytes) -> None:
    """Give an asset captions in one language, in place of those that it had.

    Raises:
        BadCaptionsError: see `cues_of`, or there are too many languages.
    """
    cues = cues_of(content)
    whole = written(cues)
    # The name changes with the content, so that whoever holds the old one is not shown it as the new.
    name = f"captions/{language}-{hashlib.sha256(whole).hexdigest()[:12]}.vtt"
    others = [each for each in asset.captions if each["language"] != language]
    if len(others) >= LANGUAGES_MAX:
        raise BadCaptionsError(f"A video may have captions in {LANGUAGES_MAX} languages.")
    await objects.put(f"{media_prefix(asset.asset_id)}/{name}", whole)
    entry = {"language": language, "label": label_of(language), "file": name, "said": await run_sync(in_numbers, cues)}
    await set_captions(tx, asset.asset_id, sorted([*others, entry], key=lambda each: each["language"]))


async def remove_captions(tx: Transaction, objects: Objects, asset: Asset, language: str) -> None:
    """Take an asset's captions in one language away."""
    await set_captions(tx, asset.asset_id, [each for each in asset.captions if each["language"] != language])
    for each in asset.captions:
        if each["language"] == language:
            await objects.delete_below(f"{media_prefix(asset.asset_id)}/{each['file']}")


def label_of(language: str) -> str:
    """How a player's menu names a language: in itself where we know it, else by its code."""
    names = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "it": "Italiano", "pt": "Português"}
    names |= {"nl": "Nederlands", "pl": "Polski", "tr": "Türkçe", "ru": "Русский", "uk": "Українська", "ar": "العربية"}
    names |= {"hi": "हिन्दी", "ja": "日本語", "ko": "한국어", "zh": "中文"}
    return names.get(language.lower(), language)


def _tongue(language: str) -> str:
    return language.casefold().split("-")[0]


def _cue(block: str) -> Cue | None:
    lines = block.strip("\n").split("\n")
    # A cue may have a name on the line before its times; every other block is no caption.
    at = next((number for number in range(min(2, len(lines))) if _TIMING.match(lines[number])), None)
    if at is None:
        return None
    times = _TIMING.match(lines[at])
    assert times is not None
    start_ms, end_ms = _ms(times.groups()[:4]), _ms(times.groups()[4:])
    text = _MARKUP.sub("", "\n".join(line for line in lines[at + 1 :] if line.strip())).strip()
    if not text or end_ms <= start_ms:
        return None
    # An arrow inside the words would be read as times, and a lone bracket as markup.
    return Cue(start_ms, end_ms, text[:CUE_CHARS_MAX].replace("-->", "→").replace("<", "&lt;"))


def _ms(groups: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(each or 0) for each in groups)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _clock(ms: int) -> str:
    seconds, thousandths = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"

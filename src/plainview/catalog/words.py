"""Owns what a caption says: its hashtags and the handles that it names. Pure."""

import re
import unicodedata
from itertools import takewhile

TAGS_MAX = 30
MENTIONS_MAX = 20
TAG_CHARS_MAX = 60
# A tag is letters, marks, digits and underscores of any script, with one letter at least; not the end of a longer word.
_TAG = re.compile(r"(?<![\w&/#＃])[#＃]([^\s#＃]+)")
_JOINERS = "\u200c\u200d"
# What a handle is, is said by accounts; here it is enough to find what could be one, and not a mail address.
_MENTION = re.compile(r"(?<![\w@./])[@＠]([A-Za-z0-9_][A-Za-z0-9_.]{0,62}[A-Za-z0-9_]|[A-Za-z0-9_])(?![\w@])")


def normal_tag(text: str) -> str:
    """The one spelling by which a hashtag is found, whatever its case and composition."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def hashtags(caption: str) -> list[str]:
    """The hashtags of a caption in their one spelling, in order, each once; at most 30."""
    found: dict[str, None] = {}
    for text in _TAG.findall(unicodedata.normalize("NFC", caption)):
        tag = normal_tag("".join(takewhile(_in_tag, text)))
        if len(tag) <= TAG_CHARS_MAX and any(unicodedata.category(each)[0] == "L" for each in tag):
            found.setdefault(tag)
    return list(found)[:TAGS_MAX]


def _in_tag(character: str) -> bool:
    # Marks count: in many scripts the vowels are marks, which Python's \w leaves out.
    return character == "_" or character in _JOINERS or unicodedata.category(character)[0] in "LMN"


def mentions(caption: str) -> list[str]:
    """The handles that a caption names, in lower case and in order, each once; at most 20."""
    return list(dict.fromkeys(handle.lower() for handle in _MENTION.findall(caption)))[:MENTIONS_MAX]


def clean(caption: str) -> str:
    """A caption without control characters, composed, with no more than two line breaks in a row."""
    text = unicodedata.normalize("NFC", caption.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(each for each in text if each == "\n" or unicodedata.category(each) not in {"Cc", "Cs"})
    # Characters that turn the direction of all that follows could make a caption read as another person's.
    text = re.sub(r"[\u202a-\u202e\u2066-\u2069]", "", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()

"""Owns what a link to a video or a person shows elsewhere: OpenGraph, oEmbed, and the page without scripts."""

import html
from urllib.parse import quote, urlsplit

import msgspec

from plainview.accounts.faces import Face
from plainview.catalog.shapes import Card
from plainview.server.shell import Head

EMBED_WIDTH, EMBED_HEIGHT = 360, 640
TEXT_CHARS_MAX = 200


class OEmbed(msgspec.Struct, frozen=True):
    """A video for other sites (oembed.com, version 1.0)."""

    title: str
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    thumbnail_url: str
    thumbnail_width: int
    thumbnail_height: int
    html: str
    width: int
    height: int
    version: str = "1.0"
    type: str = "video"


def short(text: str) -> str:
    """At most 200 characters of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= TEXT_CHARS_MAX else f"{line[: TEXT_CHARS_MAX - 1].rstrip()}…"


def video_path(card: Card) -> str:
    """The path of a video's own page."""
    return f"/@{card.creator.handle}/video/{card.id}"


def video_head(card: Card, realm: str, address: str) -> Head:
    """The head of a video's page."""
    url = address + video_path(card)
    who = f"@{card.creator.handle}"
    about = short(card.caption) or f"A video by {card.creator.name}"
    poster = address + card.video.poster
    metas = (
        ("og:type", "video.other"),
        ("og:site_name", realm),
        ("og:title", f"{card.creator.name} ({who}) on {realm}"),
        ("og:description", about),
        ("og:url", url),
        ("og:image", poster),
        ("og:image:width", str(card.video.width)),
        ("og:image:height", str(card.video.height)),
        ("og:video", f"{address}/embed/{card.id}"),
        ("og:video:type", "text/html"),
        ("og:video:width", str(EMBED_WIDTH)),
        ("og:video:height", str(EMBED_HEIGHT)),
        ("og:video:duration", str(card.video.duration_ms // 1000)),
        ("twitter:card", "summary_large_image"),
        ("twitter:title", f"{card.creator.name} ({who})"),
        ("twitter:description", about),
        ("twitter:image", poster),
    )
    oembed = f"{address}/oembed?url={quote(url, safe='')}"
    return Head(f"{about} · {who} · {realm}", about, metas, url, oembed, _facts(card, poster))


def person_head(face: Face, realm: str, address: str) -> Head:
    """The head of a person's page."""
    url = f"{address}/@{face.handle}"
    title = f"{face.name} (@{face.handle}) · {realm}"
    picture = face.shape().picture
    metas = [
        ("og:type", "profile"),
        ("og:site_name", realm),
        ("og:title", title),
        ("og:url", url),
        ("profile:username", face.handle),
        ("twitter:card", "summary"),
    ]
    if picture is not None:
        metas.append(("og:image", address + picture))
    return Head(title, f"Videos by {face.name} on {realm}", tuple(metas), url)


def oembed_of(card: Card, realm: str, address: str, width_max: int | None, height_max: int | None) -> OEmbed:
    """A video for other sites, at its 9:16 within the size that they allow."""
    scale = min(1.0, (width_max or EMBED_WIDTH) / EMBED_WIDTH, (height_max or EMBED_HEIGHT) / EMBED_HEIGHT)
    width, height = max(1, round(EMBED_WIDTH * scale)), max(1, round(EMBED_HEIGHT * scale))
    title = short(card.caption) or f"A video by {card.creator.name}"
    frame = (
        f'<iframe src="{html.escape(address)}/embed/{card.id}" width="{width}" height="{height}" title="'
        f'{html.escape(title)}" allow="autoplay; fullscreen; picture-in-picture" loading="lazy"></iframe>'
    )
    return OEmbed(
        title=title,
        author_name=card.creator.name,
        author_url=f"{address}/@{card.creator.handle}",
        provider_name=realm,
        provider_url=address,
        thumbnail_url=address + card.video.poster,
        thumbnail_width=card.video.width,
        thumbnail_height=card.video.height,
        html=frame,
        width=width,
        height=height,
    )


def video_of_url(url: str, address: str) -> str | None:
    """The id in the address of one of our video pages; None for any other address."""
    found, own = urlsplit(url), urlsplit(address)
    parts = found.path.strip("/").split("/")
    is_ours = found.scheme in {"http", "https"} and found.netloc == own.netloc
    if is_ours and len(parts) == 3 and parts[0].startswith("@") and parts[1] == "video":
        return parts[2]
    return None


def _facts(card: Card, poster: str) -> str:
    who = f'<a href="/@{html.escape(card.creator.handle)}">@{html.escape(card.creator.handle)}</a>'
    return (
        f"<main><h1>{html.escape(card.creator.name)}</h1><p>{who}</p><p>{html.escape(card.caption)}</p>"
        f'<img src="{html.escape(poster)}" alt="" width="270"><p>This video plays with JavaScript.</p></main>'
    )

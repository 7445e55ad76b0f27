"""Owns the list of all routes: each domain's http is mounted here, over the parts that it needs."""

from litestar.types import ControllerRouterHandler

from plainview.accounts import privacy as accounts_privacy
from plainview.accounts.desk import Desk
from plainview.accounts.entrance import Entrance
from plainview.accounts.http import router as accounts_router
from plainview.accounts.passkeys import Site
from plainview.accounts.persons import sample_videos
from plainview.accounts.shapes import LimitsShape
from plainview.feed import privacy as feed_privacy
from plainview.feed.http import router as feed_router
from plainview.moderation import privacy as moderation_privacy
from plainview.moderation.http import router as moderation_router
from plainview.privacy.erasure import Erase
from plainview.server.exporting import export_route
from plainview.server.feeding import bench_of, dealings_of, feed_desk_of, page_desk_of
from plainview.server.pages import page_router
from plainview.server.posting import posting_erasers, posting_routes
from plainview.server.staff import staff_router
from plainview.server.transparency import transparency_routes
from plainview.social import privacy as social_privacy
from plainview.social.http import router as social_router
from plainview.social.relations import StandingsSocial
from plainview.wiring import Parts


def erasers(parts: Parts) -> list[Erase]:
    """Each domain's part of an erasure, from the top of the house down."""
    return [
        feed_privacy.eraser(parts.living.receipts),
        social_privacy.erase,
        *posting_erasers(parts),
        moderation_privacy.erase,
        accounts_privacy.erase,
    ]


def entrance_of(parts: Parts) -> Entrance:
    """The way in."""
    return Entrance(
        database=parts.database,
        door=parts.door,
        signals=parts.signals,
        limits=parts.limits,
        hashing=parts.hashing,
        guests=parts.guests,
        book=parts.book,
        makers=parts.makers,
        session_days=parts.settings.session_days,
        signup_open=parts.settings.signup_open,
    )


def desk_of(parts: Parts) -> Desk:
    """What the routes of accounts need."""
    settings = parts.settings
    return Desk(
        entrance=entrance_of(parts),
        cookies=parts.cookies,
        site=Site(settings.realm, settings.address()),
        jobs=parts.jobs,
        objects=parts.objects,
        portraits=parts.portraits,
        standings=StandingsSocial(),
        own_band=parts.adults.own_band,
        erasers=erasers(parts),
        sample_count=sample_videos,
        limits=LimitsShape(
            upload_bytes_max=settings.upload_bytes_max,
            duration_ms_min=settings.duration_ms_min,
            duration_ms_max=settings.duration_ms_max,
            caption_chars_max=settings.caption_chars_max,
        ),
        picture_bytes_max=settings.picture_bytes_max,
    )


def routes(parts: Parts) -> list[ControllerRouterHandler]:
    """All domains' routes."""
    return [
        accounts_router(desk_of(parts)),
        export_route(parts),
        *posting_routes(parts),
        social_router(dealings_of(parts)),
        feed_router(feed_desk_of(parts)),
        moderation_router(bench_of(parts)),
        staff_router(parts),
        *transparency_routes(parts),
        page_router(page_desk_of(parts)),
    ]

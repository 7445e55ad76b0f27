"""Mounts everything social under /api."""

from litestar import Router
from litestar.di import Provide

from plainview.social import http_comments, http_items, http_notices, http_people
from plainview.social.dealings import Dealings


def router(dealings: Dealings) -> Router:
    """Likes, saves, shares, comments, follows, blocks and notices."""
    return Router(
        path="/api",
        route_handlers=[
            *http_items.HANDLERS,
            *http_comments.HANDLERS,
            *http_people.HANDLERS,
            *http_notices.HANDLERS,
        ],
        dependencies={"dealings": Provide(lambda: dealings, sync_to_thread=False)},
        tags=["social"],
    )

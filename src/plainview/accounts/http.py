"""Mounts the routes of accounts: /api for calls, /pictures for pictures."""

from litestar import Response, Router, get

from plainview.accounts.desk import Desk
from plainview.accounts.http_entry import entry_routes
from plainview.accounts.http_me import own_profile_routes, password_routes, people_routes, session_routes
from plainview.accounts.http_passkeys import passkey_routes
from plainview.accounts.pictures import picture_bytes
from plainview.accounts.viewers import Public


def router(desk: Desk) -> Router:
    """All routes of accounts."""

    @get("/pictures/{name:str}", media_type="image/webp", summary="A profile picture")
    async def picture(viewer: Public, name: str) -> Response[bytes]:  # noqa: ARG001 - A route says who may call it.
        content = await picture_bytes(desk.objects, name.removesuffix(".webp"))
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(content, media_type="image/webp", headers=headers)

    calls = [
        *entry_routes(desk),
        *passkey_routes(desk),
        *session_routes(desk),
        *password_routes(desk),
        *own_profile_routes(desk),
        *people_routes(desk),
    ]
    return Router("/", route_handlers=[Router("/api", route_handlers=calls, tags=["accounts"]), picture])

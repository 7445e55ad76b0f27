"""Owns which refusals the API's description lists for each route: they follow from what the route itself declares."""

from http import HTTPStatus

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec

from plainview.accounts.viewers import Member, Moderator, Operator
from plainview.server.asking import audience_of
from plainview.server.origins import SAFE_METHODS
from plainview.server.problems import MEDIA_TYPE, Problem

# What can clash with the state of things: a handle or passkey, an offset, a verdict. No declaration tells.
CONFLICTS = frozenset(
    {
        ("POST", "/api/sign-up"),
        ("POST", "/api/sign-up/passkey"),
        ("POST", "/api/sign-up/passkey/options"),
        ("DELETE", "/api/me/passkeys/{passkey_id}"),
        ("PATCH", "/api/uploads/{upload_id}"),
        ("POST", "/api/moderation/reports/{report_id}/verdict"),
    }
)


def describe_refusals(app: Litestar) -> None:
    """Have the description of every route list the problems with which it may answer."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.resolve_include_in_schema():
                handler.responses = {**_refusals(route.path_format, handler), **(handler.responses or {})}


def _refusals(path: str, handler: HTTPRouteHandler) -> dict[int, ResponseSpec]:
    audience, methods = audience_of(handler), handler.http_methods
    is_safe = SAFE_METHODS.issuperset(methods)
    given = set(handler.parsed_fn_signature.parameters) - set(handler.resolve_dependencies())
    # Beyond the names in its path: a query, a body, or the request itself, whose body or headers it reads.
    words = {name for name in given if f"{{{name}}}" not in path}
    applies = {
        HTTPStatus.BAD_REQUEST: bool(given),
        HTTPStatus.UNAUTHORIZED: audience is not None and issubclass(audience, Member),
        # What changes something must come from our own pages; some of it needs a role, too.
        HTTPStatus.FORBIDDEN: not is_safe or (audience is not None and issubclass(audience, Moderator | Operator)),
        HTTPStatus.NOT_FOUND: "{" in path,
        HTTPStatus.CONFLICT: any((method, path) in CONFLICTS for method in methods),
        HTTPStatus.UNPROCESSABLE_ENTITY: bool(words),
        HTTPStatus.TOO_MANY_REQUESTS: True,
    }
    return {status.value: _problem(status) for status, is_so in applies.items() if is_so}


def _problem(status: HTTPStatus) -> ResponseSpec:
    return ResponseSpec(Problem, generate_examples=False, description=status.phrase, media_type=MEDIA_TYPE)

"""Owns what the API's description says beyond the routes' signatures: their refusals, which follow from what each
declares, the codes of all errors, and the shapes of what travels through a domain encoded.
"""

import importlib
import pkgutil
from http import HTTPStatus
from typing import cast

from litestar import Litestar
from litestar._openapi.schema_generation import SchemaCreator
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIType, Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

import plainview
from plainview.accounts.viewers import Member, Moderator, Operator
from plainview.catalog.shapes import Card
from plainview.kernel.errors import OneOfCodes, PlainviewError
from plainview.kernel.wire import Encoded
from plainview.server.asking import audience_of
from plainview.server.origins import SAFE_METHODS
from plainview.server.problems import MEDIA_TYPE, OTHER_CODES, Problem
from plainview.social.shapes import CommentShape

# What can clash with the state of things: a handle or passkey, an offset, a verdict. No declaration tells.
CONFLICTS = frozenset(
    {
        ("POST", "/api/sign-up"),
        ("POST", "/api/sign-up/passkey"),
        ("POST", "/api/sign-up/passkey/options"),
        ("DELETE", "/api/me/passkeys/{passkey_id}"),
        ("PATCH", "/api/uploads/{upload_id}"),
        ("POST", "/api/moderation/reports/{report_id}/verdict"),
        ("POST", "/api/staff/access/requests/{region}/{number}/open"),
    }
)


# What is asked for by a query or a body, and may not be there. No declaration tells.
SEARCHES = frozenset({("GET", "/oembed"), ("POST", "/api/reports"), ("POST", "/api/staff/access/requests")})
# Commands, what only they use, the processes of the warden and of the engine alone, and the engine, whose port says
# what it may refuse: nobody hears of their errors from this API.
_NEVER_ANSWER = frozenset(
    {"__main__", "alone", "cli", "cli_trust", "demo", "engine", "migrations", "operations", "warden"}
)
_ENCODED = {each.__name__: each for each in (Card, CommentShape)}


class EncodedShapes(OpenAPISchemaPlugin):
    """Describes a field of bytes by the shape that it holds (kernel.wire.Encoded)."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Whether the field says what its bytes hold."""
        return any(isinstance(each, Encoded) for each in field_definition.metadata)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: SchemaCreator) -> Schema:
        """The description of that shape."""
        name = next(each.name for each in field_definition.metadata if isinstance(each, Encoded))
        # A reference serves as well as a schema here; the declared type says less than the framework accepts.
        return cast("Schema", schema_creator.for_field_definition(FieldDefinition.from_annotation(_ENCODED[name])))


class ErrorCodes(OpenAPISchemaPlugin):
    """Describes an error's code by all that there are, so that a client can have a sentence for each."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Whether the field holds such a code."""
        return any(isinstance(each, OneOfCodes) for each in field_definition.metadata)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: SchemaCreator) -> Schema:  # noqa: ARG002 - The protocol's.
        """All codes."""
        return Schema(type=OpenAPIType.STRING, enum=error_codes())


PLUGINS = (EncodedShapes(), ErrorCodes())


def error_codes() -> list[str]:
    """The code of every error that the server may answer with."""
    for module in pkgutil.walk_packages(plainview.__path__, "plainview."):
        if _is_answered_from(module.name):
            importlib.import_module(module.name)
    codes = {each.code for each in _kinds(PlainviewError) if _is_answered_from(each.__module__)}
    return sorted(codes | OTHER_CODES)


def _is_answered_from(module: str) -> bool:
    names = module.split(".")
    return names[0] == "plainview" and names[1] not in _NEVER_ANSWER


def _kinds(kind: type[PlainviewError]) -> set[type[PlainviewError]]:
    return {kind} - {PlainviewError} | {each for child in kind.__subclasses__() for each in _kinds(child)}


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
        HTTPStatus.NOT_FOUND: "{" in path or any((method, path) in SEARCHES for method in methods),
        HTTPStatus.CONFLICT: any((method, path) in CONFLICTS for method in methods),
        HTTPStatus.UNPROCESSABLE_ENTITY: bool(words),
        HTTPStatus.TOO_MANY_REQUESTS: True,
    }
    return {status.value: _problem(status) for status, is_so in applies.items() if is_so}


def _problem(status: HTTPStatus) -> ResponseSpec:
    return ResponseSpec(Problem, generate_examples=False, description=status.phrase, media_type=MEDIA_TYPE)

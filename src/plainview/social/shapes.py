"""Owns how social's things look on the wire."""

from collections.abc import Iterable, Mapping

import msgspec

from plainview.accounts.faces import Face, PersonShape
from plainview.accounts.viewers import Role, Viewer
from plainview.kernel.ids import PersonId
from plainview.kernel.time import to_ms
from plainview.ports.relations import FollowState
from plainview.social.comments import CommentRow
from plainview.social.notices import Notice, NoticeKind


class YourComment(msgspec.Struct, frozen=True):
    """How the viewer stands to a comment."""

    liked: bool
    own: bool
    may_delete: bool


class CommentShape(msgspec.Struct, frozen=True):
    """A comment (contract: Comment)."""

    id: str
    item_id: str
    author: PersonShape
    text: str
    created_at_ms: int
    likes: int
    parent_id: str | None
    replies: int
    edited: bool
    you: YourComment
    sample: bool


class CommentPage(msgspec.Struct, frozen=True):
    """Some comments."""

    comments: list[CommentShape]
    next: str | None


class PeoplePage(msgspec.Struct, frozen=True):
    """Some people."""

    people: list[PersonShape]
    next: str | None


class NoticeShape(msgspec.Struct, frozen=True):
    """A notice (contract: Notice)."""

    id: str
    kind: NoticeKind
    actor: PersonShape | None
    item_id: str | None
    poster: str | None
    comment_id: str | None
    comment: str | None
    count: int
    created_at_ms: int
    read: bool


class NoticePage(msgspec.Struct, frozen=True):
    """Some notices, and how many are unread in all."""

    notices: list[NoticeShape]
    next: str | None
    unread: int


class Liked(msgspec.Struct, frozen=True):
    """What a like left."""

    liked: bool
    likes: int


class Saved(msgspec.Struct, frozen=True):
    """What a save left."""

    saved: bool
    saves: int


class Shared(msgspec.Struct, frozen=True):
    """What a share left."""

    shares: int


class Followed(msgspec.Struct, frozen=True):
    """How the viewer follows someone from now on."""

    follows: FollowState


def comment_shapes(
    rows: Iterable[CommentRow], faces: Mapping[PersonId, Face], viewer: Viewer, owner: PersonId
) -> list[CommentShape]:
    """Comments on the wire, without those whose author is gone. `owner`: of the item they are about."""
    may_all = viewer.person_id == owner or bool({Role.MODERATOR, Role.OPERATOR} & viewer.roles)
    return [
        CommentShape(
            id=str(row.comment_id),
            item_id=str(row.item_id),
            author=faces[row.person_id].shape(),
            text=row.text,
            created_at_ms=to_ms(row.created_at),
            likes=row.likes,
            parent_id=None if row.parent_id is None else str(row.parent_id),
            replies=row.replies,
            edited=row.edited,
            you=YourComment(row.liked, row.person_id == viewer.person_id, may_all or row.person_id == viewer.person_id),
            sample=row.sample,
        )
        for row in rows
        if row.person_id in faces
    ]


def notice_shape(row: Notice, face: Face | None, poster: str | None, comment: str | None) -> NoticeShape:
    """A notice on the wire."""
    return NoticeShape(
        id=str(row.notice_id),
        kind=row.kind,
        actor=face.shape() if face else None,
        item_id=None if row.item_id is None else str(row.item_id),
        poster=poster,
        comment_id=None if row.comment_id is None else str(row.comment_id),
        comment=comment,
        count=row.count,
        created_at_ms=to_ms(row.created_at),
        read=row.read,
    )

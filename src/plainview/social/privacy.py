"""Exports and erases one person's social rows, keeping other people's counters right."""

from typing import Any

from psycopg.rows import dict_row

from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction

_EXPORT = {
    "follows": "SELECT followed_id, accepted, created_at FROM follows WHERE person_id = %s ORDER BY created_at",
    "followers": "SELECT person_id, accepted, created_at FROM follows WHERE followed_id = %s ORDER BY created_at",
    "likes": "SELECT item_id, created_at FROM likes WHERE person_id = %s ORDER BY created_at",
    "saves": "SELECT item_id, created_at FROM saves WHERE person_id = %s ORDER BY created_at",
    "blocks": "SELECT blocked_id, created_at FROM blocks WHERE person_id = %s ORDER BY created_at",
    "comments": "SELECT comment_id, item_id, parent_id, text, edited, created_at FROM comments WHERE person_id = %s",
    "comment_likes": "SELECT comment_id, created_at FROM comment_likes WHERE person_id = %s",
    "notices": "SELECT kind, actor_id, item_id, comment_id, count, read, created_at FROM notices WHERE person_id = %s",
}

# Each deletes rows and moves the counters that had counted them, in one statement.
_ERASE = (
    """
    WITH gone AS (DELETE FROM follows WHERE person_id = %(p)s RETURNING followed_id, accepted)
    UPDATE persons SET followers = greatest(0, followers - 1) FROM gone
    WHERE persons.person_id = gone.followed_id AND gone.accepted
    """,
    """
    WITH gone AS (DELETE FROM follows WHERE followed_id = %(p)s RETURNING person_id, accepted)
    UPDATE persons SET following = greatest(0, following - 1) FROM gone
    WHERE persons.person_id = gone.person_id AND gone.accepted
    """,
    """
    WITH gone AS (DELETE FROM likes WHERE person_id = %(p)s RETURNING item_id),
      counted AS (UPDATE items SET likes = greatest(0, items.likes - 1) FROM gone
                  WHERE items.item_id = gone.item_id RETURNING items.person_id),
      owners AS (SELECT person_id, count(*) AS n FROM counted GROUP BY person_id)
    UPDATE persons SET likes = greatest(0, persons.likes - owners.n) FROM owners
    WHERE persons.person_id = owners.person_id
    """,
    """
    WITH gone AS (DELETE FROM saves WHERE person_id = %(p)s RETURNING item_id)
    UPDATE items SET saves = greatest(0, items.saves - 1) FROM gone WHERE items.item_id = gone.item_id
    """,
    """
    WITH gone AS (DELETE FROM comment_likes WHERE person_id = %(p)s RETURNING comment_id)
    UPDATE comments SET likes = greatest(0, comments.likes - 1) FROM gone WHERE comments.comment_id = gone.comment_id
    """,
    """
    WITH mine AS (SELECT comment_id FROM comments WHERE person_id = %(p)s),
      gone AS (DELETE FROM comments WHERE person_id = %(p)s OR parent_id IN (SELECT comment_id FROM mine)
               RETURNING comment_id, item_id, parent_id, person_id),
      unliked AS (DELETE FROM comment_likes WHERE comment_id IN (SELECT comment_id FROM gone)),
      untold AS (DELETE FROM notices WHERE comment_id IN (SELECT comment_id FROM gone)),
      parents AS (SELECT parent_id, count(*) AS n FROM gone
                  WHERE parent_id NOT IN (SELECT comment_id FROM gone) GROUP BY parent_id),
      fewer AS (UPDATE comments SET replies = greatest(0, replies - parents.n) FROM parents
                WHERE comments.comment_id = parents.parent_id),
      per_item AS (SELECT item_id, count(*) AS n FROM gone GROUP BY item_id)
    UPDATE items SET comments = greatest(0, items.comments - per_item.n) FROM per_item
    WHERE items.item_id = per_item.item_id
    """,
    "DELETE FROM blocks WHERE person_id = %(p)s OR blocked_id = %(p)s",
    "DELETE FROM notices WHERE person_id = %(p)s OR actor_id = %(p)s",
)


async def export(tx: Transaction, person: PersonId) -> dict[str, list[dict[str, Any]]]:
    """All that social holds about a person, by table."""
    found = {}
    async with tx.cursor(row_factory=dict_row) as reader:
        for name, statement in _EXPORT.items():
            found[name] = await (await reader.execute(statement, (person,))).fetchall()
    return found


async def erase(tx: Transaction, person: PersonId) -> None:
    """Delete a person's social rows; what they counted for others is counted down."""
    for statement in _ERASE:
        await tx.execute(statement, {"p": person})

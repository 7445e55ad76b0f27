"""The words of drafts and of videos for "only me" lie sealed."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the sealed column; the worker moves what lies open into it. The statements stand beside this file, as SQL."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text())

"""What each video looks and sounds like."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing is known of the videos that are there. The statement stands beside this file, as SQL."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text())

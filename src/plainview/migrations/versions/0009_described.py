"""Whether all has been said of a video that can be."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and the index of what is to be described. The statements stand beside this file, as SQL."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text())

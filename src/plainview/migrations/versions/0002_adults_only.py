"""Items that a verdict keeps for adults."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark; no item carries it yet. The statement stands beside this file, as SQL."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text())

"""The first schema: people, media, items, the social graph, reports, the event log, and procrastinate's jobs."""

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table. The statements stand beside this file, as SQL."""
    op.get_bind().exec_driver_sql("CREATE EXTENSION IF NOT EXISTS vector")
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text())
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))

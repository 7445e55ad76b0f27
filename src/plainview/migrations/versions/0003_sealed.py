"""What is personal lies sealed, and its keys lie with the warden."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the columns. The statements stand beside this file, as SQL."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text())

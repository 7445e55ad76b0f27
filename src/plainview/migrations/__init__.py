"""The schema's history, run by Alembic. Each step is upgraded from the one before in a test."""

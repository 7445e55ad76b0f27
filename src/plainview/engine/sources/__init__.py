"""Where candidates come from: one file per source, each of which may fail or be switched off alone."""

"""People, passkeys, sessions, roles and age bands."""

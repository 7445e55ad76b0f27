"""Owns the ASGI app: mounts each domain's http, resolves who asks, opens the transaction, renders errors."""

"""One file per adapter of a port; only wiring imports them."""

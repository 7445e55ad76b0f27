"""The feed: pages, events, what it learned."""

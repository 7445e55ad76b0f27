"""The engine alone: events in, ranked ids out, over HTTP in Gorse's verbs. It stands on no other part."""

"""Recommenders that are compared with each other on the simulator's people: plain peers, and the product's engine."""

"""The recommender as a library: arrays in, arrays out, seed and time given. No database, no web, no clock."""

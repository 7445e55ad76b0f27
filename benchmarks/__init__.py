"""One module per published number: `python -m benchmarks.NAME`, with `--quick`. Each sets up and stops all it needs.

The last line of each is one JSON object: figures with their units in their names, the peer's or limit's beside ours.
"""

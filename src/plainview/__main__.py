"""Runs the command line as `python -m plainview`."""

from plainview.cli import main

main()

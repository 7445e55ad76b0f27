"""Runs the command line as `python -m plainview`, or one of our own processes, for which it is not even loaded."""

import sys

from plainview.operations import processes

if sys.argv[1:2] and sys.argv[1] in processes.PROCESSES:
    processes.run(sys.argv[1:])
else:
    from plainview.cli import main

    main()

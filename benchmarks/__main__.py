"""Runs every benchmark and writes the README's table between its two markers."""

import argparse
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import ROWS, Row

README = Path(__file__).parents[1] / "README.md"
RESULTS = Path(__file__).with_name("results.json")
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"


def main() -> None:
    """Run all, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which benchmarks; all by default")
    parser.add_argument("--quick", action="store_true", help="under 50 s each")
    parser.add_argument("--write-only", action="store_true", help="write the table from the last results")
    options = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    names = options.names or list(dict.fromkeys(row.benchmark for row in ROWS))
    for name in [] if options.write_only else names:
        print(f"== {name}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *(["--quick"] if options.quick else [])]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        print(done.stdout, flush=True)
        figures = json.loads(done.stdout.strip().splitlines()[-1])
        results[name] = {"at": f"{datetime.now(UTC):%Y-%m-%d}", "quick": options.quick, "figures": figures}
        RESULTS.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
    write_table(results)


def write_table(results: dict[str, dict[str, object]]) -> None:
    """Replace the table between the README's markers."""
    text = README.read_text()
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    lines = ["| what | measured | beside it | aim | command |", "|---|---|---|---|---|"]
    lines += [line for row in ROWS if (line := _line(row, results))]
    README.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after)


def _line(row: Row, results: dict[str, dict[str, object]]) -> str | None:
    result = results.get(row.benchmark)
    if result is None:
        return None
    figures = result["figures"]
    assert isinstance(figures, dict)
    try:
        measured = row.measured.format(**figures)
    except KeyError:
        # A quick run leaves some figures out.
        return None
    beside = row.beside.format(**figures)
    quick = " --quick" if result["quick"] else ""
    command = f"`python -m benchmarks.{row.benchmark}{quick}`"
    return f"| {row.what.format(**figures)} | {measured} | {beside} | {row.aim} | {command} |"


if __name__ == "__main__":
    main()

"""Owns the verifier's own command line: `python -m plainview_verifier FILE`."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from plainview_verifier import Refused, Trust, verify


def main() -> None:
    """Says what the file proves, or by which word it is refused; ends with 0, or with 1."""
    parser = argparse.ArgumentParser(prog="plainview_verifier", description="Checks a Plainview proof file.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--after", type=Path, help="an earlier proof file of the same person")
    parser.add_argument("--log-key", help="the log's key, known from elsewhere than the file")
    parser.add_argument("--witness-key", action="append", default=[], help="a witness's key; once for each witness")
    parser.add_argument("--quorum", type=int, help="how many witnesses must vouch")
    told = parser.parse_args()
    given = (told.log_key, tuple(told.witness_key), told.quorum)
    if any(given) and not all(given):
        parser.error("--log-key, --witness-key and --quorum belong together")
    try:
        proven = verify(
            told.file.read_bytes(), Trust(*given) if all(given) else None, told.after and told.after.read_bytes()
        )
    except (Refused, OSError) as error:
        sys.exit(f"refused: {error}")
    until = datetime.fromtimestamp(60 * proven.epoch, UTC)
    sys.stdout.write(
        f"proven: {len(proven.reads)} reads of person {proven.person}, and no other, until {until:%F %R} UTC\n"
    )
    if not all(given):
        sys.stdout.write(
            "the keys are those that the file names itself; compare them with what you know from elsewhere\n"
        )


if __name__ == "__main__":
    main()

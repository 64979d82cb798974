"""``python -m tests.bench``: measure, print the table, write the file."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.measuring import Row, table
from tests.bench.rows import ROWS, measure

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 also when an aim is missed: the figures are the result."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Timings beside their floors.")
    parser.add_argument("--tickets", type=int, default=100_000, metavar="N", help="default 100,000, five comments each")
    parser.add_argument("--only", nargs="+", choices=sorted(ROWS), default=[], metavar="NAME", help=", ".join(ROWS))
    parser.add_argument("--quick", action="store_true", help="few samples: to see that it works, not how fast")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench", help="where the worlds are kept")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench.json")
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # an installed console has its bytecode; compiling all of it at every start would be measured otherwise
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    rows: list[Row] = []
    for row in measure(options.folder, options.tickets, options.only, quick=options.quick):
        print(f"{time.perf_counter() - began:6.0f} s  {row.name}: {row.median_ms:g} {row.unit}", file=sys.stderr)
        rows.append(row)
        # an interrupted run leaves what it has measured
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(json.dumps([each.as_json() for each in rows], indent=1) + "\n")
    print(f"\n{options.tickets:,} tickets, Python {platform.python_version()}, {os.cpu_count()} cores, offscreen\n")
    print(table(rows))
    print(f"\nWritten to {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

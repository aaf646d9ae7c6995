"""Measure pages and jobs with 1k, 10k and 100k cases: `make bench`, or python -m bench --sizes 1000 10000."""

import argparse
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import detector
from bench.clocks import FEW, MANY, report
from bench.report import Run, table
from bench.server import create_database

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench-results"
SERVER = "postgres://postgres@127.0.0.1:5432"


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--only", choices=["pages", "clocks"], help="measure one part alone")
    parser.add_argument("--fresh", action="store_true", help="fill the databases anew")
    return parser.parse_args()


def measure_clocks(server: str, open_clocks: int, *, fresh: bool) -> dict[str, Any]:
    """Return the figures of one database of clocks; each size is a process of its own."""
    name = f"redress_bench_clocks_{open_clocks}"
    create_database(server, name, fresh=fresh)
    output = RESULTS / f".clocks-{open_clocks}.json"
    settings = {"DJANGO_SETTINGS_MODULE": "bench.settings", "DATABASE_URL": f"{server}/{name}", "REDIS_URL": ""}
    command = [sys.executable, "-m", "bench.clocks", str(open_clocks), str(output)]
    subprocess.run(command, cwd=ROOT, env=os.environ | settings, check=True)
    figures: dict[str, Any] = json.loads(output.read_text())
    output.unlink()
    return figures


def measure_size(server: str, size: int, *, repeats: int, fresh: bool) -> dict[str, object]:
    name = f"redress_bench_{size}"
    create_database(server, name, fresh=fresh)
    output = RESULTS / f".{size}.json"
    settings = {"DJANGO_SETTINGS_MODULE": "bench.settings", "DATABASE_URL": f"{server}/{name}", "REDIS_URL": ""}
    command = [sys.executable, "-m", "bench.one_size", str(size), str(repeats), str(output)]
    subprocess.run(command, cwd=ROOT, env=os.environ | settings, check=True)
    figures: dict[str, object] = json.loads(output.read_text())
    output.unlink()
    return figures


def main() -> None:
    options = read_options()
    RESULTS.mkdir(exist_ok=True)
    server = os.environ.get("DATABASE_URL", f"{SERVER}/").rpartition("/")[0]
    if options.only != "pages":
        few, many = (measure_clocks(server, count, fresh=options.fresh) for count in (FEW, MANY))
        (RESULTS / "clocks.json").write_text(json.dumps({"few": few, "many": many}, indent=2))
        print(report(few, many))
    if options.only != "clocks":
        measure_pages(options, server)


def measure_pages(options: argparse.Namespace, server: str) -> None:
    run: Run = {}
    for size in options.sizes:
        print(f"{size:,} cases", file=sys.stderr, flush=True)
        run[str(size)] = measure_size(server, size, repeats=options.repeats, fresh=options.fresh)
    earlier = sorted(RESULTS.glob("2*.json"))
    last: Run | None = json.loads(earlier[-1].read_text()) if earlier else None
    (RESULTS / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}.json").write_text(json.dumps(run, indent=2))
    print(table(run, last))
    print("\ncpu: this process and its database backend, per action; then p50/p95 in ms and SQL statements.")
    print(f"\n{detector.report(detector.simulate())}")


if __name__ == "__main__":
    main()

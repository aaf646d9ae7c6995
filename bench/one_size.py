"""Measure everything in one database, and write the figures as JSON. Started once for each size."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path


def main(size: int, repeats: int, output: Path) -> None:
    import django

    django.setup()
    from bench.actions import page_actions
    from bench.database import fill_database
    from bench.jobs import job_actions
    from bench.measure import NotThereYetError, measure

    fill_database(size)
    figures: dict[str, dict[str, float] | str] = {}
    pages = [(name, action, repeats, 2) for name, action in page_actions(datetime.now(UTC))]
    jobs = [(name, action, 1, 0) for name, action in job_actions()]
    for name, action, times, warm_up in pages + jobs:
        try:
            figures[name] = measure(action, repeats=times, warm_up=warm_up).as_dict()
        except NotThereYetError:
            figures[name] = "not there yet"
        except Exception as error:  # noqa: BLE001 - one broken action must not hide the figures of the others
            figures[name] = f"failed: {error}"
        print(f"  {name}: {figures[name]}", file=sys.stderr, flush=True)
    output.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))

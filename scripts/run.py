"""Start Redress on this machine: database, demonstration organisation, then web, worker and tick together."""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from supervisor import Supervisor

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
VAR = ROOT / "var"
HOST = "127.0.0.1"
START_TIMEOUT_SECONDS = 60.0


def commands(port: int) -> dict[str, list[str]]:
    python = str(BIN / "python")
    gunicorn = [python, "-m", "gunicorn", "config.wsgi", "--bind", f"{HOST}:{port}", "--no-control-socket"]
    celery = [python, "-W", "ignore", "-m", "celery", "--quiet", "-A", "config"]
    return {
        "web": [*gunicorn, "--worker-class", "gthread", "--threads", "8", "--log-level", "warning"],
        "worker": [*celery, "worker", "--pool", "prefork", "-c", "2", "-Q", "quick,slow", "--loglevel", "warning"],
        "tick": [*celery, "beat", "--schedule", str(VAR / "beat-schedule"), "--pidfile=", "--loglevel", "warning"],
    }


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def obstacle(port: int, *, is_reset: bool) -> str:
    """Return in a sentence why this cannot begin now; empty when it can."""
    if is_reset and os.environ.get("DATABASE_URL"):
        return "DATABASE_URL names a database of your own, which this does not delete. Unset it, then try again."
    if port_is_free(port):
        return ""
    if is_reset:
        return f"Something runs on port {port}. If it is Redress, end it with Ctrl-C, then try again."
    return (
        f"Port {port} is in use by another program. End that program, or choose another port: make run PORT={port + 1}"
    )


def wait_until_served(port: int) -> bool:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return True
        time.sleep(0.1)
    return False


def manage(*arguments: str) -> bool:
    return subprocess.run([BIN / "python", "manage.py", *arguments], cwd=ROOT).returncode == 0


def prepare() -> bool:
    """Bring the database up to date and make the demonstration organisation, unless it is there."""
    return manage("migrate", "--no-input", "--verbosity", "0") and manage("create_demo")


def serve(port: int) -> int:
    def announce() -> None:
        if wait_until_served(port):
            print(f"\nRedress is on http://{HOST}:{port} (Ctrl-C ends it).", flush=True)

    return Supervisor(commands(port), cwd=ROOT).run(when_started=announce)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--reset", action="store_true", help="delete the embedded data and make it again")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ.setdefault("SITE_URL", f"http://{HOST}:{options.port}")
    if problem := obstacle(options.port, is_reset=options.reset):
        print(problem, file=sys.stderr)
        return 1
    if options.reset:
        shutil.rmtree(VAR, ignore_errors=True)
    if not prepare():
        return 1
    return 0 if options.reset else serve(options.port)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

"""Run a few programs as one: they start together, and when one ends or somebody presses Ctrl-C, all end."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

GRACE_SECONDS = 15.0
POLL_SECONDS = 0.1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Keeps every program in a process group of its own, so that Ctrl-C reaches it once, and from here only."""

    def __init__(self, commands: Mapping[str, Sequence[str]], *, cwd: Path, grace: float = GRACE_SECONDS) -> None:
        self.commands = commands
        self.cwd = cwd
        self.grace = grace
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.stop_requested = False

    def run(self, *, when_started: Callable[[], None] = lambda: None) -> int:
        """Run until told to stop (0) or until a program ends by itself (1)."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._request_stop)
        try:
            for name, command in self.commands.items():
                self.children[name] = subprocess.Popen(command, cwd=self.cwd, start_new_session=True)
            when_started()
            return self._watch()
        finally:
            self._end_all()

    def _request_stop(self, number: int, frame: object) -> None:
        self.stop_requested = True

    def _watch(self) -> int:
        while not self.stop_requested:
            for name, child in self.children.items():
                if child.poll() is not None:
                    print(f"The {name} process ended by itself (exit code {child.returncode}); stopping.", flush=True)
                    return 1
            time.sleep(POLL_SECONDS)
        print("\nStopping …", flush=True)
        return 0

    def _end_all(self) -> None:
        """Ask each program once; after the grace, end its whole group."""
        for child in self._running():
            child.terminate()
        deadline = time.monotonic() + self.grace
        while self._running() and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        for child in self._running():
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def _running(self) -> list[subprocess.Popen[bytes]]:
        return [child for child in self.children.values() if child.poll() is None]

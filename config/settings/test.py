"""Settings for the test suite; CI points DATABASE_URL and REDIS_URL at real services."""

import os

os.environ.setdefault("SECRET_KEY", "for-tests-only")
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")

from config.settings.base import *

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = VAR_DIR / "test-files" / os.environ.get("PYTEST_XDIST_WORKER", "main")
CACHES["presence"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}

"""Settings that hold everywhere. The environment is read here and nowhere else."""

from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from kombu import Exchange, Queue
from redis.backoff import NoBackoff
from redis.retry import Retry

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

INSTALLED_APPS = [
    "core",
    "accounts",
    "policies",
    "cases",
    "sla",
    "complaints",
    "incidents",
    "coaching",
    "reporting",
    "desk",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.PersonMiddleware",
    "accounts.middleware.SignedInMiddleware",
    "accounts.middleware.SignInFirstMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database -----------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'redress.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "core.sqlite"
    # Without IMMEDIATE two writers deadlock half way through; with it the second waits for the first.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Our queries name their tables in a good order. Trying every other order of the fifteen that a case page joins takes
    # PostgreSQL fifteen milliseconds, and reading the case one.
    DATABASES["default"]["OPTIONS"] = {"options": "-c join_collapse_limit=4"}

# Sessions and the cache stay out of Redis: with Redis down or hung, every page still opens and saves.
SESSION_ENGINE = "accounts.backends"
# "process" holds what one process may know alone: asking it never costs a query.
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "presence": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "presence"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"},
}

# --- People -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.SignInBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.own.SignInForm",
    "add_email": "accounts.forms.own.NoNewEmailForm",
    "change_password": "accounts.forms.own.ChangePasswordForm",
    "set_password": "accounts.forms.own.SetPasswordForm",
    "reset_password": "accounts.forms.own.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.own.NewPasswordForm",
    "reauthenticate": "accounts.forms.own.ConfirmPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "accounts.adapter.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.own.SecondStepForm",
    "reauthenticate": "accounts.forms.own.ConfirmCodeForm",
    "activate_totp": "accounts.forms.own.SetUpSecondStepForm",
}
MFA_TOTP_ISSUER = "Redress"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_SECONDS = 60 * 60

# --- Pages --------------------------------------------------------------------------------------------------------

FORM_RENDERER = "core.widgets.WidgetRenderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "core.assets.NodeModulesFinder",
]
NODE_MODULES_DIR = BASE_DIR / "node_modules"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "files"))

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# --- Work in the background ---------------------------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
if REDIS_URL:
    # Short, because a page may be waiting; a worker waits longer (config/celery.py). What could not be announced is a
    # row in the database, and the next tick finds it.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 600,
        "socket_timeout": 0.5,
        "socket_connect_timeout": 0.5,
        "retry_on_timeout": False,
        "max_retries": 0,
        "health_check_interval": 25,
        "global_keyprefix": "redress:",
    }
    # Who is on which case: a courtesy that no page waits for.
    CACHES["presence"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "redress",
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2, "retry": Retry(NoBackoff(), 0)},
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "queue"),
        "data_folder_out": str(VAR_DIR / "queue"),
        "control_folder": str(VAR_DIR / "queue-control"),
        "polling_interval": 0.2,
    }
    for folder in ("queue", "queue-control"):
        (VAR_DIR / folder).mkdir(parents=True, exist_ok=True)
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
# A task that a dying worker held runs again: every task may run twice, and the second run does nothing.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_PUBLISH_RETRY = False
# "quick" is what people wait for; "slow" is reading every case at night, letters and imports.
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in ("quick", "slow")]
CELERY_TASK_DEFAULT_QUEUE = "quick"
CELERY_TASK_ROUTES = {
    "reporting.tasks.*": {"queue": "slow"},
    "cases.tasks.check_histories": {"queue": "slow"},
    "cases.tasks.make_packs": {"queue": "slow"},
    "incidents.tasks.link_cases": {"queue": "slow"},
    "incidents.tasks.tell_customers": {"queue": "slow"},
    "sla.tasks.move_clocks": {"queue": "slow"},
}
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 1_500_000  # KiB: the nightly analysis may take 1 GB
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Beat only ticks; what is due is found in the database. An app adds its line here.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "messages": {"task": "cases.tasks.release_messages", "schedule": 10.0, "options": {"expires": 9}},
    "chase": {"task": "cases.tasks.chase", "schedule": 60.0, "options": {"expires": 55}},
    "packs": {"task": "cases.tasks.make_packs", "schedule": 60.0, "options": {"expires": 55}},
    "links": {"task": "incidents.tasks.link_cases", "schedule": 60.0, "options": {"expires": 55}},
    "tell-customers": {"task": "incidents.tasks.tell_customers", "schedule": 60.0, "options": {"expires": 55}},
    "incidents": {"task": "incidents.tasks.chase", "schedule": 60.0, "options": {"expires": 55}},
    "clocks": {"task": "sla.tasks.tick", "schedule": 60.0, "options": {"expires": 55}},
    "moves": {"task": "sla.tasks.move_clocks", "schedule": 60.0, "options": {"expires": 55}},
    "themes": {
        "task": "reporting.tasks.analyse_themes",
        "schedule": crontab(hour=1, minute=30),
        "options": {"expires": 6 * 3600},
    },
    "themes-asked-for": {
        "task": "reporting.tasks.start_waiting_analysis",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "coaching": {
        "task": "coaching.tasks.remind",
        "schedule": crontab(hour="7-18", minute=10),
        "options": {"expires": 3000},
    },
    "triage-sample": {
        "task": "coaching.tasks.sample_triage",
        "schedule": crontab(hour=0, minute=40),
        "options": {"expires": 12 * 3600},
    },
    "old-sessions": {
        "task": "accounts.tasks.forget_old_sessions",
        "schedule": crontab(hour=0, minute=5),
        "options": {"expires": 12 * 3600},
    },
    "histories": {
        "task": "cases.tasks.check_histories",
        "schedule": crontab(hour=0, minute=20),
        "options": {"expires": 12 * 3600},
    },
    "reports": {
        "task": "reporting.tasks.send_due_reports",
        "schedule": crontab(hour="6-20", minute=10),
        "options": {"expires": 3000},
    },
    "refresh-facts": {"task": "reporting.tasks.refresh_facts", "schedule": 60, "options": {"expires": 55}},
}

# --- E-mail -------------------------------------------------------------------------------------------------------

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Redress <redress@localhost>")

# --- The organisation ---------------------------------------------------------------------------------------------

ORGANISATION_NAME = env.str("ORGANISATION_NAME", default="Northfold Energy")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
UPLOAD_MAX_BYTES = 25 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "core.upload_handlers.WholeFileHandler",
]

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "lines"}},
    # Both write every address and rule they meet, a customer's words among them; core.pdf says what was left out.
    "loggers": {"weasyprint": {"level": "CRITICAL"}, "fontTools": {"level": "CRITICAL"}},
    "root": {"handlers": ["stdout"], "level": env.str("LOG_LEVEL", default="INFO")},
}

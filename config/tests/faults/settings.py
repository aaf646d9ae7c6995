"""The settings of processes that fault tests start: real SMTP, and a beat that ticks each second."""

from config.settings.test import *

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 5
CELERY_BEAT_SCHEDULE = {"clocks": {"task": "sla.tasks.tick", "schedule": 1.0, "options": {"expires": 55}}}

from secrets import randbelow

from celery import shared_task
from django.utils import timezone

from accounts.tasks import send_due_emails
from coaching.arithmetic.sampling import SEEDS, SMALLEST_SEED
from coaching.services.reminding import remind_of_actions, remind_of_second_looks
from coaching.services.triage import draw_triage_sample
from core.queue import enqueue


@shared_task
def remind() -> int:
    """Tell people of the agreed actions that are due and the second looks that are late, and let the e-mails go."""
    now = timezone.now()
    told = remind_of_actions(now=now) + remind_of_second_looks(now=now)
    if told:
        enqueue(send_due_emails)
    return told


@shared_task
def sample_triage() -> bool:
    """Draw the share of yesterday's triage decisions that somebody else looks at."""
    seed = SMALLEST_SEED + randbelow(SEEDS)
    return draw_triage_sample(seed=seed, now=timezone.now()) is not None

"""Work on thousands of rows in the background: claimed by lease, batch by batch, taken up again where it stopped.

Each batch is a transaction that locks the row of its job, so a second worker beside the first does nothing twice.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import F

from cases.models import Case
from core.errors import UserFacingError
from incidents.choices import JobState
from incidents.models.bulk import Job

logger = logging.getLogger(__name__)

BATCH: Final = 500
LEASE: Final = timedelta(minutes=5)
MOST_ATTEMPTS: Final = 5

JobT = TypeVar("JobT", bound=Job)


def work_off(model: type[JobT], step: Callable[[int, datetime], bool], *, now: datetime) -> int:
    """Do every job that waits, the oldest first, and what a dead worker left; return how many got to their end."""
    waiting = list(model.objects.free(now=now).order_by("asked_at", "pk").values_list("pk", flat=True))
    return sum(_work_on(model, pk, step, now=now) for pk in waiting)


def _work_on(model: type[JobT], pk: int, step: Callable[[int, datetime], bool], *, now: datetime) -> bool:
    claim = {"state": JobState.RUNNING, "leased_until": now + LEASE, "attempts": F("attempts") + 1, "failure": ""}
    if not model.objects.filter(pk=pk).free(now=now).update(**claim):
        return False
    try:
        while step(pk, now):
            pass
    except (UserFacingError, PermissionDenied, Case.DoesNotExist) as error:
        failure = str(error)[:300] or "The incident can no longer be seen."
        model.objects.filter(pk=pk).update(state=JobState.FAILED, leased_until=None, failure=failure)
        return False
    except Exception:
        logger.exception("incident_job_failed job=%s pk=%s", model.__name__, pk)
        _try_again(model.objects.get(pk=pk))
        return False
    return True


def _try_again(job: Job) -> None:
    is_over = job.attempts >= MOST_ATTEMPTS
    job.state = JobState.FAILED if is_over else JobState.WAITING
    job.leased_until = None
    job.failure = (
        "It stopped and is tried again." if not is_over else "It could not be finished. What is done stays done."
    )
    job.save(update_fields=["state", "leased_until", "failure", "updated_at"])


def finish(job: Job) -> None:
    """Say that every row has been answered."""
    job.state, job.leased_until = JobState.DONE, None
    job.save(update_fields=["state", "leased_until", "updated_at"])

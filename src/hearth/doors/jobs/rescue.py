"""The rescue of jobs whose worker or database died: the one would stay `doing` for ever, the other `failed`."""

from __future__ import annotations

import datetime
import logging

from django.db import InterfaceError, OperationalError
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status

HEARTBEAT_SECONDS = 5.0
# Four missed heartbeats: a worker that only breathes hard under load is not taken for dead.
STALLED_SECONDS = 20.0
MOST_ATTEMPTS = 5
TASK = "hearth.rescue_stalled_jobs"
DATABASE_WAS_LOST = (OperationalError, InterfaceError, ConnectorException)
MOST_LOSSES = 20

logger = logging.getLogger(__name__)


class TriedAgain(BaseRetryStrategy):
    """A job that fails because its database went away is tried again, a little later each time.

    Not one that only one of its kind may wait for: the clock, or whoever woke it, brings the next one, and put back
    beside that one it would stand in its own way.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When the job is tried again; None where it is not."""
        lost = isinstance(exception, DATABASE_WAS_LOST)
        if not lost or job.queueing_lock is not None or job.attempts >= MOST_LOSSES:
            return None
        return RetryDecision(retry_in={"seconds": min(1 + 2 * job.attempts, 30)})


@app.periodic(cron="* * * * * */15")
@app.task(name=TASK, queueing_lock=TASK, pass_context=True)
async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Put back the jobs of workers that no longer breathe; give a job up that has taken its worker down five times.

    A job may thus run twice: every task is idempotent by a key that the database enforces.
    """
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        if job.attempts + 1 >= MOST_ATTEMPTS:
            logger.error("Job %s (%s) lost its worker %s times: given up", job.id, job.task_name, job.attempts + 1)
            await jobs.finish_job(job, Status.FAILED, delete_job=False)
        else:
            logger.warning("Job %s (%s) lost its worker: put back", job.id, job.task_name)
            try:
                await jobs.retry_job(job, retry_at=datetime.datetime.now(datetime.UTC))
            except UniqueViolation:
                # The next of its kind waits already and does the same; it may be waiting for this one's lock.
                await jobs.finish_job(job, Status.FAILED, delete_job=True)

"""The rescue of jobs whose worker died: a killed worker's job would stay `doing` for ever."""

from __future__ import annotations

import datetime
import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

HEARTBEAT_SECONDS = 5.0
# Four missed heartbeats: a worker that only breathes hard under load is not taken for dead.
STALLED_SECONDS = 20.0
MOST_ATTEMPTS = 5
TASK = "hearth.rescue_stalled_jobs"

logger = logging.getLogger(__name__)


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
            await jobs.retry_job(job, retry_at=datetime.datetime.now(datetime.UTC))

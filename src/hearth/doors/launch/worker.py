"""One worker process: runs jobs until it is told to stop: of every queue, or of those it is told, or of all others."""

from __future__ import annotations

import os
import sys

import django


def main(only: str = "", concurrency: int = 2) -> int:
    """Run jobs until SIGTERM or SIGINT; the jobs in hand are finished first.

    `only`: the queue whose jobs it runs; "" all queues but that of reading, whose jobs take seconds of every core.

    No time limit is set for that: a job cut short by its own worker would count as failed, whereas one whose worker
    is killed is put back by the rescue.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearth.doors.settings")
    django.setup()

    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from hearth.desks.documents.adding import READ_QUEUE
    from hearth.doors.jobs import load_every_job, rescue
    from hearth.store.calendars import ask_at_start

    load_every_job()
    ask_at_start()
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()):
        app.run_worker(
            name=f"worker-{os.getpid()}",
            queues=[only] if only else sorted({task.queue for task in app.tasks.values()} - {READ_QUEUE} | {"default"}),
            concurrency=concurrency,
            delete_jobs="successful",
            update_heartbeat_interval=rescue.HEARTBEAT_SECONDS,
            stalled_worker_timeout=rescue.STALLED_SECONDS,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], 1) if sys.argv[1:] else main())

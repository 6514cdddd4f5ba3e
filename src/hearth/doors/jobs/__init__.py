"""What the workers run in the background: alarms, rescues, and the subscribers of records."""

from __future__ import annotations

import importlib
import pkgutil

from procrastinate.contrib.django import app


def load_every_job() -> list[str]:
    """Import every module of this folder, so that the workers know all tasks; gives their names.

    A task that says nothing else is tried again when its database went away under it.
    """
    names = sorted(f"{__name__}.{found.name}" for found in pkgutil.iter_modules(__path__))
    for name in names:
        importlib.import_module(name)
    from hearth.doors.jobs.rescue import TriedAgain

    for task in app.tasks.values():
        task.retry_strategy = task.retry_strategy or TriedAgain()
    return names

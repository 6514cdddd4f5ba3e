"""What the workers run in the background: alarms, rescues, and the subscribers of records."""

from __future__ import annotations

import importlib
import pkgutil


def load_every_job() -> list[str]:
    """Import every module of this folder, so that the workers know all tasks; gives their names."""
    names = sorted(f"{__name__}.{found.name}" for found in pkgutil.iter_modules(__path__))
    for name in names:
        importlib.import_module(name)
    return names

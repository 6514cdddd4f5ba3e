"""The web application for granian's processes, which end with the one that started them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from hearth.doors.launch.keeper import set_death_signal


def application() -> Callable[..., Any]:
    """Granian calls this once in each of its processes.

    Granian's own processes outlive it when it is killed, and would go on holding the port.
    """
    parent = os.getppid()
    set_death_signal(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    from hearth.doors.wsgi import application as served
    from hearth.store.calendars import ask_at_start

    ask_at_start()
    return served

"""Bound: arrays bound to the compiled scan once, so that one claim after another is decided in microseconds."""

from __future__ import annotations

from functools import cache
from types import FunctionType
from typing import Any

import numpy as np

from hearth.kernel.adjudication.run import NO_VARIANTS, compiled_scan, empty_outcome, has_numba, room_for
from hearth.kernel.adjudication.scan.steps import scan
from hearth.words.arrays import Inputs, Outcome


def sit(seat: Any) -> None:
    """Clears what the last run left behind and decides what the bound arrays hold now.

    Needs:   a Seat
    Gives:   its columns
    Source:  kernel.adjudication.scan
    """
    columns = seat.outcome.columns
    columns.public[:] = 0
    columns.others[:] = 0
    columns.not_covered[:] = 0
    columns.deductible[:] = 0
    columns.own_share[:] = 0
    columns.over_limits[:] = 0
    columns.reduced_for_age[:] = 0
    columns.payable[:] = 0
    seat.memory.stamp[:] = 0
    seat.earlier[:] = 0
    scan(seat.inputs, seat.outcome, seat.memory, seat.work, seat.earlier, seat.paid, False)


class _PlainSeat:
    """What `sit` reads, as plain Python."""

    def __init__(self, *parts: Any) -> None:
        self.inputs, self.outcome, self.memory, self.work, self.earlier, self.paid = parts


@cache
def _compiled() -> tuple[Any, Any]:
    """(seat maker, sit), compiled; numba hands a struct on as one pointer where arrays cost a look-up each."""
    import numba
    from numba.core import types
    from numba.experimental import structref

    unliteral: Any = types.unliteral
    proxy: Any = structref.StructRefProxy
    define: Any = structref.define_proxy

    @structref.register
    class SeatType(types.StructRef):
        def preprocess_fields(self, fields: Any) -> Any:
            return tuple((name, unliteral(kind)) for name, kind in fields)

    class Seat(structref.StructRefProxy):
        def __new__(cls, *parts: Any) -> Any:
            return proxy.__new__(cls, *parts)

    define(Seat, SeatType, ["inputs", "outcome", "memory", "work", "earlier", "paid"])
    names = {"scan": compiled_scan()}
    return Seat, numba.njit(FunctionType(sit.__code__, names, "sit"), error_model="numpy")


class Bound:
    """Arrays and their outcome: write into `inputs`, call `decide`, read `columns`.

    The numbers of rows, invoices, claims and steps stay as they were when bound; their values may change.
    """

    def __init__(self, inputs: Inputs, *, compiled: bool | None = None) -> None:
        self.inputs = inputs
        self.outcome: Outcome = empty_outcome(inputs, traced=False)
        owners = len(inputs.steps.step_from) - 1
        memory, work = room_for(inputs, 0, owners)
        feeding = bool(inputs.steps.payable_counts.any())
        earlier = np.zeros(len(inputs.rows.billed) if feeding else 0, np.int64)
        with_numba = has_numba() if compiled is None else compiled
        make: Any
        self._sit: Any
        make, self._sit = _compiled() if with_numba else (_PlainSeat, sit)
        self._seat = make(inputs, self.outcome, memory, work, earlier, NO_VARIANTS)

    @property
    def columns(self) -> Any:
        """The columns of the last run; the next one overwrites them."""
        return self.outcome.columns

    def decide(self) -> None:
        """Decides what the arrays hold now.

        Needs:   arrays as words.arrays says
        Gives:   `columns`
        Source:  docs/computing.md 2-5
        """
        self._sit(self._seat)

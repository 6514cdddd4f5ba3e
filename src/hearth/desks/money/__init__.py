"""Money: claims that were agreed are paid, each once: intent, the bank, the outcome; the books go with every step."""

from hearth.desks.money.comparing import compare
from hearth.desks.money.correcting import correct_account
from hearth.desks.money.intending import intend, intend_adjustment, intend_interest, intend_prepayment
from hearth.desks.money.learning import learn
from hearth.desks.money.runs import dissolve_run, prepare_run, release_run
from hearth.desks.money.sending import look_again, send, send_run

__all__ = [
    "compare",
    "correct_account",
    "dissolve_run",
    "intend",
    "intend_adjustment",
    "intend_interest",
    "intend_prepayment",
    "learn",
    "look_again",
    "prepare_run",
    "release_run",
    "send",
    "send_run",
]

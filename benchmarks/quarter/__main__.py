"""`python -m benchmarks.quarter`: a quarter of claims through the real desks with faults, then the checks; a table."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import psycopg

from benchmarks.quarter.left import Left
from benchmarks.quarter.played import A_QUARTER, ROUNDS_A_DAY, Played, play, wires
from benchmarks.quarter.told import shown, told
from benchmarks.service import SUPERUSER_URL, database

SEED = 20_260_401


@click.command()
@click.option("--claims", type=click.IntRange(1, 100_000), default=1_000, show_default=True)
@click.option("--full", is_flag=True, help=f"The claims of a real quarter: {A_QUARTER:,}.")
@click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True)
@click.option("--rounds", type=click.IntRange(3, 1_000), default=ROUNDS_A_DAY, show_default=True, help="Sweeps a day.")
@click.option(
    "--players",
    type=click.IntRange(1, 64),
    default=os.cpu_count() or 1,
    show_default=True,
    help="Processes that play the claims by one clock.",
)
@click.option(
    "--every-notice", is_flag=True, help="Tell people of each step, not of those alone that a clock waits for."
)
@click.option("--measure", is_flag=True, help="End with 0 whatever the checks say: the figures tell it.")
def main(claims: int, full: bool, seed: int, rounds: int, players: int, every_notice: bool, measure: bool) -> None:
    """Play a quarter, and check what it left: a table, and the same as JSON in the last line; 1 where a check fails."""
    with tempfile.TemporaryDirectory(prefix="hearth-quarter-", dir=_memory()) as folder:
        wires(Path(folder), seed)
        with database():
            found = measured(
                A_QUARTER if full else claims,
                seed,
                rounds,
                Path(folder) / "bank.sqlite3",
                every_notice=every_notice,
                players=players,
            )
    print(json.dumps(found, ensure_ascii=False))
    sys.exit(not measure and (any(found["checks"].values()) or bool(found["failed_jobs"])))


def measured(
    claims: int, seed: int, rounds: int, bank: Path, *, every_notice: bool = False, players: int = 1
) -> dict[str, Any]:
    """Play, look at what it left, show it."""
    lightly()
    began = time.perf_counter()
    played = play(claims, seed, rounds_a_day=rounds, every_notice=every_notice, players=players)
    seconds = time.perf_counter() - began
    with psycopg.connect(os.environ[SUPERUSER_URL], autocommit=True) as superuser:
        left = left_by(played, superuser, bank)
        found = told(played, left) | {
            "players": players, "seconds": round(seconds, 1), "processor_seconds": round(played.processor, 1)
        }  # fmt: skip
    shown(found)
    return found


def left_by(played: Played, connection: psycopg.Connection[Any], bank: Path) -> Left:
    """What a quarter left, to be looked at."""
    world = played.world
    return Left(connection, played.calendar.is_rest, world.rounds, world.now, bank)


def lightly() -> None:
    """Let commits be written out a moment later: what is made up can be made again."""
    with psycopg.connect(os.environ[SUPERUSER_URL], autocommit=True) as superuser:
        (name,) = superuser.execute("SELECT current_database()").fetchone() or ("",)
        superuser.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off'.encode())
    from django.db import connection

    connection.close()


def _memory() -> str | None:
    """A folder that is no disk, where the machine has one: the bank and the outbox write each line out at once."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


if __name__ == "__main__":
    main()

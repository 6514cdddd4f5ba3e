"""Stewarding: who of the stewards looks after one more person: of the branch, at work, with the least to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A steward who could look after somebody."""

    person_id: int
    looks_after: int
    """How many people they look after already."""
    is_of_branch: bool = True
    """Whether theirs is the branch of the person, not headquarters."""
    is_absent: bool = False


def steward_of(candidates: Iterable[Candidate]) -> int | None:
    """Who looks after one more person.

    Needs:   stewards of the person's branch and of headquarters, none of the person's family
    Gives:   the id of one who is there before who is away, of the branch before headquarters, then who looks after the
             fewest, then the lowest id; None where there is nobody
    Source:  S2.1: one steward a paying user; given by branch and load
    """
    ranked = sorted(candidates, key=lambda one: (one.is_absent, not one.is_of_branch, one.looks_after, one.person_id))
    return ranked[0].person_id if ranked else None

"""Who looks after one more member: at work, of the branch, with the least to do."""

from __future__ import annotations

from hearth.kernel.promises.stewarding import Candidate, steward_of


def test_whoever_is_at_work_of_the_branch_and_has_the_least_is_chosen() -> None:
    assert steward_of(()) is None
    assert steward_of((Candidate(1, 9), Candidate(2, 3), Candidate(3, 3))) == 2
    assert steward_of((Candidate(1, 0, is_of_branch=False), Candidate(2, 40))) == 2
    assert steward_of((Candidate(1, 0, is_absent=True), Candidate(2, 40, is_of_branch=False))) == 2
    assert steward_of((Candidate(1, 5, is_absent=True),)) == 1

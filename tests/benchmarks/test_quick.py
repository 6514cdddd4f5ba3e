"""`python -m benchmarks --quick`: every figure is measured and written; how fast this machine is is not tested."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.house.tree import ROOT

FIGURES = {
    "generate", "one_claim", "one_claim_anew", "clerk", "batch", "growth", "growth_beyond", "what_ifs", "whole_file",
    "whole_file_cpu", "whole_file_memory", "sequenced_in_kernel", "receipt_checked", "sequenced",
    "http_p99", "http_rate", "kept", "console_page", "console_processor", "audit_recall", "audit_precision",
    "audit_encoded", "audit_time", "audit_rate",
}  # fmt: skip
KEYS = {"says", "value", "unit", "goal", "met", "against", "ratio", "min", "max", "runs"}


def test_every_figure_is_written_with_its_goal_and_the_machine(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    written = json.loads(out.read_text("utf-8"))
    machine = written.pop("machine")
    assert set(written) >= FIGURES
    for name, figure in written.items():
        assert set(figure) == KEYS, name
        assert figure["value"] > 0 and figure["unit"] and figure["goal"], name
        assert figure["met"] is None, "a small run says nothing about a goal"
    assert machine["cores"] >= 1 and machine["cpu"] and machine["quick"]
    text = out.read_text("utf-8")
    assert os.uname().nodename not in text and str(ROOT) not in text
    assert "8 lines" in done.stdout

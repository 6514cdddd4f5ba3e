"""The page docs/receipts.md: its commands run on the files of tests/vectors; run as a module it redraws the page."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "receipts.md"
FILES = ROOT / "tests" / "vectors" / "receipts"
CONSOLE = re.compile(r"```console\n((?:\$ [^\n]*\n)+)(.*?)```\n", re.DOTALL)


def drawn(text: str) -> str:
    """The page with every output as it is now; functions that one block sets are there in the next."""
    before = ""

    def again(found: re.Match[str]) -> str:
        nonlocal before
        commands = re.sub(r"(?m)^\$ ", "", found[1])
        programs = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
        done = subprocess.run(
            ["bash", "-c", before + commands],
            cwd=FILES,
            env={"LC_ALL": "C.UTF-8", "PATH": programs},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        before += "".join(line + "\n" for line in commands.splitlines() if "() {" in line)
        return f"```console\n{found[1]}{done.stdout.rstrip()}\n```\n"

    return CONSOLE.sub(again, text)


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), "utf-8")

"""The page docs/cases.md: its commands run on its own files; `python -m tests.doors.commands.page` redraws it."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from click.testing import CliRunner

from hearth.doors.commands.main import main
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "cases.md"
_CONSOLE = re.compile(r"```console\n\$ (hearth [^\n]*)\n(.*?)```\n", re.DOTALL)


def files_of(text: str) -> dict[str, bytes]:
    """The files that the page shows: a case, the same with wrong lines, and a sheet as Chinese programs save it."""
    case, wrong = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[:2]
    sheet = re.findall(r"```csv\n(.*?)```", text, re.DOTALL)[0]
    changed = case
    for line in wrong.splitlines()[1:]:
        start = re.match(r"\s*(- \{\w+: [\w-]{6}|\w+:)", line)
        assert start is not None
        changed, times = re.subn(rf"(?m)^{re.escape(start[0])}.*$", line, changed)
        assert times == 1, line
    return {"visit.yaml": case.encode(), "wrong.yaml": changed.encode(), "claims.csv": sheet.encode("gb18030")}


def drawn(text: str) -> str:
    """The page with every output as it is now."""
    with tempfile.TemporaryDirectory() as folder:
        for name, held in files_of(text).items():
            (Path(folder) / name).write_bytes(held)
        before = os.getcwd()
        os.chdir(folder)
        try:
            return _CONSOLE.sub(_again, text)
        finally:
            os.chdir(before)


def _again(found: re.Match[str]) -> str:
    result = CliRunner().invoke(main, found[1].split()[1:], env={"LC_ALL": "en_GB.UTF-8"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return f"```console\n$ {found[1]}\n{result.stdout}{result.stderr}```\n"


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), "utf-8")

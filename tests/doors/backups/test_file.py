"""A backup is one file that is whole or refused: nothing damaged, cut or newer is taken."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hearth.desks.keeping import Held
from hearth.doors.backups.file import (
    DUMP,
    MANIFEST,
    BackupIsNewer,
    NotABackup,
    check_dump,
    check_version,
    read_dump,
    read_manifest,
    write_backup,
)
from hearth.words.faults import Malformed

AT = datetime(2026, 11, 22, 3, 4, 6, tzinfo=UTC)
HELD = Held(
    tables={"store_claim": 3},
    migrations=(("store", "0001_people"), ("store", "0002_claim_desk")),
    extensions=("pg_trgm",),
    size=7,
    root="ab" * 32,
    entries=4,
    seal_versions=(1,),
    server="18.1",
)
PIECES = [np.random.default_rng(5).bytes(40_000), b"", b"the end"]


def written(path: Path) -> Path:
    write_backup(path, HELD, "hearth.example/test", AT, iter(PIECES), lambda done, of: None)
    return path


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    file = written(tmp_path / "one.hearth")
    manifest = read_manifest(file)
    assert (manifest.held, manifest.made_at, manifest.dump_bytes) == (HELD, AT.isoformat(), 40_007)
    assert b"".join(read_dump(file, manifest)) == b"".join(PIECES)
    check_version(file, manifest, {*HELD.migrations, ("store", "0003_later")})


def test_a_dump_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"some"
        raise RuntimeError("the server is gone")

    before = written(tmp_path / "one.hearth").read_bytes()
    with pytest.raises(RuntimeError):
        write_backup(tmp_path / "one.hearth", HELD, "l", AT, broken(), lambda done, of: None)
    assert [path.name for path in tmp_path.iterdir()] == ["one.hearth"]
    assert (tmp_path / "one.hearth").read_bytes() == before


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(Malformed):
        written(tmp_path / "nowhere" / "one.hearth")
    with pytest.raises(Malformed):
        written(tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99, 0.999])
def test_a_file_that_was_cut_is_refused(tmp_path: Path, share: float) -> None:
    file = written(tmp_path / "one.hearth")
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])
    with pytest.raises(NotABackup):
        check_dump(file, read_manifest(file))


def test_any_changed_byte_of_the_dump_is_seen(tmp_path: Path) -> None:
    file = written(tmp_path / "one.hearth")
    whole = file.read_bytes()
    with zipfile.ZipFile(file) as packed:
        begin = packed.getinfo(DUMP).header_offset + 30 + len(DUMP) + 20
    for place in (begin + 3, begin + 20_000, begin + 39_990):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(NotABackup):
            check_dump(file, read_manifest(file))


def change(file: Path, to: Callable[[dict[str, Any]], object]) -> None:
    with zipfile.ZipFile(file) as packed:
        stated, dump = json.loads(packed.read(MANIFEST)), packed.read(DUMP)
    to(stated)
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(DUMP, dump)
        packed.writestr(MANIFEST, json.dumps(stated))


@pytest.mark.parametrize(
    "to",
    [
        lambda stated: stated.update(format="hearth-backup/2"),
        lambda stated: stated.pop("held"),
        lambda stated: stated["held"].update(tables=None),
        lambda stated: stated.update(dump_sha256="00" * 32),
        lambda stated: stated.update(dump_bytes=1),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(tmp_path: Path, to: Callable[[dict[str, Any]], object]) -> None:
    file = written(tmp_path / "one.hearth")
    change(file, to)
    with pytest.raises(NotABackup):
        check_dump(file, read_manifest(file))


def test_files_that_are_no_backups_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a zip")
    packed = tmp_path / "other.zip"
    with zipfile.ZipFile(packed, "w") as other:
        other.writestr("a.txt", "a")
    for path in (text, packed, tmp_path / "absent", tmp_path):
        with pytest.raises(NotABackup):
            read_manifest(path)


def test_a_backup_of_a_later_version_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "one.hearth")
    with pytest.raises(BackupIsNewer, match="0002_claim_desk"):
        check_version(file, read_manifest(file), {("store", "0001_people")})
    change(file, lambda stated: stated.update(hearth="99.0.0"))
    with pytest.raises(BackupIsNewer, match=r"99\.0\.0"):
        check_version(file, read_manifest(file), set(HELD.migrations))

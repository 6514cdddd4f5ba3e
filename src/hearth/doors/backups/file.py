"""File: a backup as one zip: the dump of the database and a manifest that describes it; there whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import hearth
from hearth.desks.keeping import Held
from hearth.words.faults import Fault, Malformed

FORMAT = "hearth-backup/1"
DUMP, MANIFEST = "database.dump", "manifest.json"
CHUNK = 1 << 20
MOST_MANIFEST = 4 << 20
Told = Callable[[int, int], None]


class NotABackup(Fault):
    """A file that is no backup, or not a whole one."""

    code, status = "NOT_A_BACKUP", 422
    says = "{file} is not a whole backup of Hearth: {why}. Nothing was changed."
    says_zh = "{file} 不是完整的恒温备份：{why_zh}。未作任何更改。"


class BackupIsNewer(Fault):
    """A backup of a later version."""

    code, status = "BACKUP_IS_NEWER", 409
    says = "{file} was made by Hearth {theirs}; this is {ours}, which does not know {what}. Update Hearth first."
    says_zh = "{file} 由恒温 {theirs} 生成，本机为 {ours}，缺少 {what}。请先更新恒温。"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    hearth: str
    made_at: str
    log_name: str
    held: Held
    dump_bytes: int
    dump_sha256: str


def write_backup(path: Path, held: Held, log_name: str, at: datetime, dump: Iterator[bytes], told: Told) -> Manifest:
    """Write a backup beside its place and put it there when it is whole.  Raises: Malformed, what `dump` raises."""
    if path.is_dir():
        raise Malformed(file=str(path), got="a folder", want="a file that can be written")
    try:
        fd, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as refused:
        raise Malformed(
            file=str(path), got=refused.strerror or str(refused), want="a file that can be written"
        ) from refused
    try:
        with os.fdopen(fd, "wb") as opened:
            with zipfile.ZipFile(opened, "w", zipfile.ZIP_STORED) as packed:
                digest, size = hashlib.sha256(), 0
                with packed.open(zipfile.ZipInfo(DUMP, at.timetuple()[:6]), "w", force_zip64=True) as member:
                    for piece in dump:
                        member.write(piece)
                        digest.update(piece)
                        size += len(piece)
                        told(size, 0)
                manifest = Manifest(hearth.__version__, at.isoformat(), log_name, held, size, digest.hexdigest())
                text = json.dumps({"format": FORMAT, **asdict(manifest)}, ensure_ascii=False, indent=1)
                packed.writestr(zipfile.ZipInfo(MANIFEST, at.timetuple()[:6]), text)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(beside, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as refused:
        raise Malformed(
            file=str(path), got=refused.strerror or str(refused), want="a file that can be written"
        ) from refused
    finally:
        Path(beside).unlink(missing_ok=True)
    return manifest


def read_manifest(path: Path) -> Manifest:
    """What a backup says of itself.  Raises: NotABackup, BackupIsNewer."""
    try:
        with zipfile.ZipFile(path) as packed:
            about = packed.getinfo(MANIFEST)
            packed.getinfo(DUMP)
            if about.file_size > MOST_MANIFEST:
                raise _not(path, "its manifest is too large", "清单过大")
            stated = json.loads(packed.read(MANIFEST))
    except FileNotFoundError:
        raise _not(path, "there is no such file", "文件不存在") from None
    except IsADirectoryError:
        raise _not(path, "it is a folder", "这是一个文件夹") from None
    except PermissionError:
        raise _not(path, "it cannot be read", "无权读取") from None
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError, NotImplementedError) as broken:
        raise _not(path, "it is damaged or was cut", "文件已损坏或不完整") from broken
    return _manifest(path, stated)


def read_dump(path: Path, manifest: Manifest, told: Told = lambda done, of: None) -> Iterator[bytes]:
    """The dump inside a backup, piece by piece.  Raises: NotABackup, at its end, unless it is as stated."""
    digest, size = hashlib.sha256(), 0
    try:
        with zipfile.ZipFile(path) as packed, packed.open(DUMP) as member:
            while piece := member.read(CHUNK):
                digest.update(piece)
                size += len(piece)
                told(size, manifest.dump_bytes)
                yield piece
    except (zipfile.BadZipFile, KeyError, EOFError, OSError, NotImplementedError) as broken:
        raise _not(path, "its dump is damaged or was cut", "数据部分已损坏或不完整") from broken
    if size != manifest.dump_bytes or digest.hexdigest() != manifest.dump_sha256:
        raise _not(path, "its dump is not the one it was made with", "数据与清单不符")


def check_dump(path: Path, manifest: Manifest, told: Told = lambda done, of: None) -> None:
    """Read the whole dump before anything is done with it.  Raises: NotABackup."""
    for _ in read_dump(path, manifest, told):
        pass


def check_version(path: Path, manifest: Manifest, known: set[tuple[str, str]]) -> None:
    """Whether this version of Hearth knows every step of the backup's tables.  Raises: BackupIsNewer."""
    unknown = [f"{app}.{name}" for app, name in manifest.held.migrations if (app, name) not in known]
    newer = _number(manifest.hearth) > _number(hearth.__version__)
    if unknown or newer:
        what = ", ".join(unknown[:3]) or f"version {manifest.hearth}"
        raise BackupIsNewer(file=path, theirs=manifest.hearth, ours=hearth.__version__, what=what)


def _manifest(path: Path, stated: Any) -> Manifest:
    try:
        if stated["format"] != FORMAT:
            raise _not(path, f"its form is {str(stated['format'])[:40]}", f"格式为 {str(stated['format'])[:40]}")
        kept = stated["held"]
        return Manifest(
            hearth=str(stated["hearth"]),
            made_at=str(stated["made_at"]),
            log_name=str(stated["log_name"]),
            held=Held(
                tables={str(name): int(count) for name, count in kept["tables"].items()},
                migrations=tuple((str(app), str(name)) for app, name in kept["migrations"]),
                extensions=tuple(str(name) for name in kept["extensions"]),
                size=int(kept["size"]),
                root=str(kept["root"]),
                entries=int(kept["entries"]),
                seal_versions=tuple(int(version) for version in kept["seal_versions"]),
                server=str(kept["server"]),
            ),
            dump_bytes=int(stated["dump_bytes"]),
            dump_sha256=str(stated["dump_sha256"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as broken:
        raise _not(path, "its manifest is not in order", "清单内容不符合格式") from broken


def _not(path: Path, why: str, why_zh: str) -> NotABackup:
    return NotABackup(file=path, why=why, why_zh=why_zh)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])

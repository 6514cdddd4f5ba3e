"""Writing: a file that a command leaves is there whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hearth.words.faults import Malformed


def write_whole(path: Path, held: bytes) -> None:
    """A file that is there whole or not at all.  Raises: Malformed where it cannot be written."""
    if path.is_dir():
        raise Malformed(file=str(path), got="a folder", want="a file that can be written")
    try:
        number, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(number, "wb") as opened:
                opened.write(held)
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(beside, 0o666 & ~mask)
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)
            raise
    except FileNotFoundError as broken:
        raise Malformed(file=str(path), got="no such folder", want="a file that can be written") from broken
    except PermissionError as broken:
        raise Malformed(
            file=str(path), got="no permission to write there", want="a file that can be written"
        ) from broken
    except OSError as broken:
        got = broken.strerror or "no room"
        raise Malformed(file=str(path), got=got, want="a file that can be written") from broken

"""Reading: the print on pictures of papers, by models that come inside a package; nothing is fetched, nothing told."""

from __future__ import annotations

from hearth.wires.ocr.contract import Picture, Reader, ReaderAbsent
from hearth.wires.spec import Spec

__all__ = ["Picture", "Reader", "ReaderAbsent", "opened"]


def opened(spec: str) -> Reader:
    """The reader at an address (docs/wires.md).  Raises: Malformed, ReaderAbsent.

    `rapid:` the models of the package rapidocr, with `?threads=2` and `?side=1280` (the longer side at which print is
    looked for); `memory:/folder?misread=0.01&lost=0.01` what was put down about pictures, with a reader's faults.
    """
    address = Spec(spec, wire="reading papers")
    if address.kind == "rapid":
        from hearth.wires.ocr.rapid import Rapid

        return Rapid.at(address)
    if address.kind == "memory":
        from hearth.wires.ocr.remembered import Remembered

        return Remembered.at(address)
    raise address.wrong("kind", address.kind, "rapid or memory")

"""Fonts: a Chinese font of this system, looked for where systems keep fonts; none is ever shipped."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from hearth.words.faults import Fault


@lru_cache(maxsize=1)
def _folders() -> tuple[Path, ...]:
    kept = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/run/current-system/sw/share/fonts")]
    if sys.platform == "darwin":
        kept = [Path("/System/Library/Fonts"), Path("/Library/Fonts"), Path.home() / "Library" / "Fonts"]
    elif sys.platform == "win32":
        kept = [Path("C:/Windows/Fonts")]
    return (*kept, Path.home() / ".fonts", Path.home() / ".local" / "share" / "fonts")


# In the order of preference; what a file name begins with, in small letters.
_SANS = ("notosanscjk-regular", "notosanssc-regular", "notosanscjksc-regular", "sourcehansans", "wqy-microhei",
         "wqy-zenhei", "droidsansfallback", "pingfang", "stheiti light", "hiragino sans gb", "msyh", "simhei",
         "deng")  # fmt: skip
_SANS_BOLD = ("notosanscjk-bold", "notosanssc-bold", "notosanscjksc-bold", "stheiti medium", "msyhbd", "dengb")
_SERIF = ("notoserifcjk-regular", "notoserifsc-regular", "sourcehanserif", "songti", "simsun", "uming")
_SERIF_BOLD = ("notoserifcjk-bold", "notoserifsc-bold")


class NoChineseFont(Fault):
    """Papers in Chinese cannot be drawn here."""

    code, status = "NO_CHINESE_FONT", 503
    says = "No Chinese font was found on this system: install one (on Debian: apt install fonts-noto-cjk)."
    says_zh = "本系统没有找到中文字体：请安装一种（Debian：apt install fonts-noto-cjk）。"


@dataclass(frozen=True, slots=True)
class Faces:
    """Files of the faces that papers are printed in, each with its place inside the file."""

    sans: tuple[str, int]
    sans_bold: tuple[str, int]
    serif: tuple[str, int]
    serif_bold: tuple[str, int]

    def named(self, name: str) -> tuple[str, int]:
        """The face of that name."""
        return {
            "sans": self.sans, "sans_bold": self.sans_bold, "serif": self.serif, "serif_bold": self.serif_bold
        }[name]  # fmt: skip


@lru_cache(maxsize=1)
def faces() -> Faces | None:
    """The faces found on this system; None where there is none for Chinese."""
    files = sorted(
        file
        for folder in _folders()
        if folder.is_dir()
        for file in folder.rglob("*")
        if file.suffix.lower() in (".ttc", ".ttf", ".otf") and file.is_file()
    )
    sans = _first(files, _SANS)
    serif = _first(files, _SERIF)
    if sans is None and serif is None:
        return None
    plain = sans or serif
    assert plain is not None
    return Faces(
        sans=plain,
        sans_bold=_first(files, _SANS_BOLD) or plain,
        serif=serif or plain,
        serif_bold=_first(files, _SERIF_BOLD) or _first(files, _SANS_BOLD) or serif or plain,
    )


def face(name: str, size: int) -> ImageFont.FreeTypeFont:
    """A face at a size in pixels.  Raises: NoChineseFont."""
    found = faces()
    if found is None:
        raise NoChineseFont
    return _opened(*found.named(name), size)


@lru_cache(maxsize=256)
def _opened(file: str, place: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size, index=place, layout_engine=ImageFont.Layout.BASIC)


def _first(files: list[Path], wanted: tuple[str, ...]) -> tuple[str, int] | None:
    for start in wanted:
        for file in files:
            if file.name.lower().startswith(start):
                place = _simplified(str(file))
                if place is not None:
                    return str(file), place
    return None


def _simplified(file: str) -> int | None:
    """The place of the simplified face in a collection; None where the file cannot be read as a font."""
    first: int | None = None
    for place in range(16):
        try:
            family = ImageFont.truetype(file, 16, index=place).getname()[0] or ""
        except OSError:
            break
        if family.endswith("SC"):
            return place
        first = 0 if first is None else first
    return first

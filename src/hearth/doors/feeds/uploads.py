"""Uploads: what a file sent as a paper is, by its content alone; refused where it is no picture or PDF one can look at.

Nothing is changed: the bytes that were sent are kept as they are.  A thumbnail is a new picture without metadata.
"""

from __future__ import annotations

import hashlib
import io
import re
import threading
import unicodedata
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image

from hearth.words.faults import Fault

MAX_BYTES = 10_000_000
"""The largest upload."""

MAX_PIXELS = 50_000_000
"""The most pixels of a picture, and of a picture inside the page of a PDF that is drawn."""

MAX_PAGES = 50
"""The most pages of a PDF."""

MAX_SCANS = 100
"""The most passes of a progressive JPEG: cameras write about ten."""

MAX_SEGMENTS = 100_000
"""The most segments of a JPEG."""

MAX_STREAM = 3 * MAX_PIXELS
"""The most bytes that one part of a PDF holds once unpacked: a picture of MAX_PIXELS in colour."""

MAX_PARTS = 20_000
"""The most parts of a PDF that hold data: pages, pictures, fonts."""

MAX_UNPACKED = 400_000_000
"""The most bytes that all parts of a PDF hold once unpacked."""

MAX_NAME = 120
"""The longest file name that is kept, in characters."""

THUMBNAIL_SIDE = 320
"""The longer side of a thumbnail, in pixels, unless told."""


class Kind(StrEnum):
    """What an upload may be."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"


MEDIA_TYPES: dict[Kind, str] = {
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.WEBP: "image/webp",
    Kind.PDF: "application/pdf",
}
"""What an upload is served as: always with `nosniff`, never as what its sender called it."""

ENDINGS: dict[Kind, tuple[str, ...]] = {
    Kind.JPEG: (".jpg", ".jpeg"),
    Kind.PNG: (".png",),
    Kind.WEBP: (".webp",),
    Kind.PDF: (".pdf",),
}


@dataclass(frozen=True)
class Upload:
    """A file that can be looked at.  `width` and `height` are as it is seen: pixels, of a PDF's first page points."""

    kind: Kind
    width: int
    height: int
    pages: int
    sha256: str
    size: int
    name: str

    @property
    def media_type(self) -> str:
        """What it is served as."""
        return MEDIA_TYPES[self.kind]


# --- what is refused -------------------------------------------------------------------------------------------------


class UploadRefused(Fault):
    """A file that cannot be taken as a paper; each kind says what to do instead."""

    code, status = "UPLOAD_REFUSED", 422
    says = "{file} cannot be taken. Send a JPEG, PNG or WebP picture or a PDF."
    says_zh = "无法接收 {file}。请上传 JPEG、PNG、WebP 图片或 PDF。"


class UploadTooLarge(UploadRefused):
    """More bytes than are taken."""

    code, status = "UPLOAD_TOO_LARGE", 413
    says = "{file} has {size} bytes; at most {most} are taken. Take the photo in a smaller size, or send fewer pages."
    says_zh = "{file} 有 {size} 字节，最多 {most} 字节。请拍小一些的照片，或分几次上传。"


class UploadNotAPaper(UploadRefused):
    """Neither a picture that is taken nor a PDF, whatever its name says."""

    code, status = "UPLOAD_NOT_A_PAPER", 415
    says = "{file} is {found}. Send a JPEG, PNG or WebP picture or a PDF; a screenshot will do too."
    says_zh = "{file} 是{found}。请上传 JPEG、PNG、WebP 图片或 PDF，截屏也可以。"

    def sentence(self, lang: str) -> str:
        """The fault with what was found in the language asked for."""
        if not lang.startswith("zh"):
            return super().sentence(lang)
        return self.says_zh.format(**self.data | {"found": _FOUND_ZH[self.data["found"]]})


class UploadTwoInOne(UploadNotAPaper):
    """A picture or PDF with another file hidden behind it."""

    code, status = "UPLOAD_TWO_IN_ONE", 415
    says = "{file} is a picture or PDF that holds {found} as well. Send the picture or PDF alone, such as a screenshot."
    says_zh = "{file} 是图片或 PDF，但其中还藏有{found}。请只上传图片或 PDF 本身，例如截屏。"


class UploadDamaged(UploadRefused):
    """A picture or PDF that is not whole."""

    code, status = "UPLOAD_DAMAGED", 422
    says = "{file} is damaged or incomplete and cannot be opened. Take the photo or make the PDF again."
    says_zh = "{file} 已损坏或不完整，无法打开。请重新拍照或重新生成 PDF。"


class UploadLocked(UploadRefused):
    """A PDF that opens with a password alone."""

    code, status = "UPLOAD_LOCKED", 422
    says = "{file} is locked with a password. Print it to a PDF without one, or send photos of its pages."
    says_zh = "{file} 设有密码。请另存为没有密码的 PDF，或上传各页的照片。"


class UploadPageMissing(UploadRefused):
    """A page that a paper does not have."""

    code, status = "UPLOAD_PAGE_MISSING", 404
    says = "{file} has no page {page}. Go back to its first page."
    says_zh = "{file} 没有第 {page} 页。请返回第一页。"


class UploadTooManyPages(UploadRefused):
    """A PDF with more pages than are taken."""

    code, status = "UPLOAD_TOO_MANY_PAGES", 422
    says = "{file} has {pages} pages; at most {most} are taken. Send the pages that matter, or several files."
    says_zh = "{file} 有 {pages} 页，最多 {most} 页。请只上传需要的页，或分成几个文件。"


class UploadTooManyPixels(UploadRefused):
    """A picture with more pixels than are opened."""

    code, status = "UPLOAD_TOO_MANY_PIXELS", 422
    says = "{file} is {width} × {height} pixels, more than {most} in all. Take the photo in a smaller size."
    says_zh = "{file} 为 {width} × {height} 像素，总数超过 {most}。请拍小一些的照片。"


class UploadUnpacksTooFar(UploadRefused):
    """A PDF that holds far more than it seems to."""

    code, status = "UPLOAD_UNPACKS_TOO_FAR", 422
    says = "{file} holds more than {most} bytes once unpacked. Make the PDF again, or send photos of its pages."
    says_zh = "{file} 解压后超过 {most} 字节。请重新生成 PDF，或上传各页的照片。"


_FOUND_ZH: dict[str, str] = {
    "an empty file": "空文件",
    "an iPhone picture (HEIC)": "iPhone 的 HEIC 照片",
    "an AVIF picture": "AVIF 图片",
    "a GIF picture": "GIF 图片",
    "a TIFF picture": "TIFF 图片",
    "a BMP picture": "BMP 图片",
    "a drawing (SVG)": "SVG 图形",
    "a moving picture": "动态图片",
    "a web page (HTML)": "网页（HTML）",
    "a packed file (ZIP, Word, Excel)": "压缩文件或 Office 文件（ZIP、Word、Excel）",
    "a packed file": "压缩文件",
    "a program": "程序",
    "a script": "脚本",
    "a film": "视频",
    "a PDF": "PDF",
    "text": "文本",
    "no picture or PDF": "未知格式的文件",
}

_BEGINNINGS: tuple[tuple[bytes, int, str], ...] = (
    # what stands at a place, the place, what it is; the first that fits
    (b"ftyphei", 4, "an iPhone picture (HEIC)"), (b"ftyphev", 4, "an iPhone picture (HEIC)"),
    (b"ftypmif1", 4, "an iPhone picture (HEIC)"), (b"ftypavi", 4, "an AVIF picture"), (b"ftyp", 4, "a film"),
    (b"GIF8", 0, "a GIF picture"), (b"II*\0", 0, "a TIFF picture"), (b"MM\0*", 0, "a TIFF picture"),
    (b"BM", 0, "a BMP picture"), (b"PK\x03\x04", 0, "a packed file (ZIP, Word, Excel)"),
    (b"PK\x05\x06", 0, "a packed file (ZIP, Word, Excel)"),
    (b"\xd0\xcf\x11\xe0", 0, "a packed file (ZIP, Word, Excel)"),
    (b"Rar!", 0, "a packed file"), (b"7z\xbc\xaf", 0, "a packed file"), (b"\x1f\x8b", 0, "a packed file"),
    (b"MZ", 0, "a program"), (b"\x7fELF", 0, "a program"), (b"#!", 0, "a script"),
)  # fmt: skip

_MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"<svg", "a drawing (SVG)"), (b"<!doctype html", "a web page (HTML)"), (b"<html", "a web page (HTML)"),
    (b"<script", "a web page (HTML)"), (b"<iframe", "a web page (HTML)"), (b"<?php", "a script"),
)  # fmt: skip

HEAD = 4_096
"""Bytes at the beginning of a file, or of what follows a picture, in which markup is looked for."""

ZIP_END = 65_557
"""Bytes at the end of a file in which the directory of a packed file ends."""


# --- examined --------------------------------------------------------------------------------------------------------


def examined(name: str, content: bytes) -> Upload:
    """What an upload is.  `name` is what its sender calls it.  Raises: UploadRefused."""
    kind = kind_of(name, content)
    if kind is Kind.PDF:
        width, height, pages = _examine_pdf(name, content)
    else:
        width, height = _examine_picture(name, content, kind)
        pages = 1
    digest = hashlib.sha256(content).hexdigest()
    return Upload(kind, width, height, pages, digest, len(content), plain_name(name, kind))


def thumbnail(content: bytes, kind: Kind | str, side: int = THUMBNAIL_SIDE, *, page: int = 1) -> bytes:
    """A small JPEG of a picture or of one page of a PDF, upright, without any metadata.  Raises: UploadRefused."""
    name = f"upload{ENDINGS[Kind(kind)][0]}"
    if kind_of(name, content) != Kind(kind):
        raise UploadNotAPaper(file=name, found="no picture or PDF")
    if not 16 <= side <= 4_096:
        raise ValueError(f"the side of a thumbnail is 16 to 4,096 pixels, not {side}")
    if page < 1 or (page > 1 and kind != Kind.PDF):
        raise UploadPageMissing(file=name, page=page)
    picture = _page(name, content, side, page) if kind == Kind.PDF else _upright(name, content, Kind(kind), side)
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=80, optimize=True)
    return held.getvalue()


def kind_of(name: str, content: bytes) -> Kind:
    """Which kind the content of an upload is, within its size.  Raises: UploadRefused."""
    shown = plain_name(name)
    if len(content) > MAX_BYTES:
        raise UploadTooLarge(file=shown, size=f"{len(content):,}", most=f"{MAX_BYTES:,}")
    if content[:3] == b"\xff\xd8\xff":
        return Kind.JPEG
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return Kind.PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Kind.WEBP
    if content[:5] == b"%PDF-":
        return Kind.PDF
    raise UploadNotAPaper(file=shown, found=_found(content))


def plain_name(name: str, kind: Kind | None = None) -> str:
    """A file name that can be shown and saved: no folder, no invisible signs, at most MAX_NAME, ending as its kind."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(" " if unicodedata.category(sign) in ("Zs", "Zl", "Zp") else sign for sign in last)
    seen = "".join(sign for sign in seen if unicodedata.category(sign)[0] != "C")
    seen = re.sub(r'[<>:"|?*]', "_", seen)
    seen = re.sub(r" +", " ", seen).strip(". ")
    ending = "" if kind is None or seen.lower().endswith(ENDINGS[kind]) else ENDINGS[kind][0]
    stem, dot, last = seen.rpartition(".")
    if not ending and dot and len(last) <= 5:
        seen, ending = stem, f".{last}"
    return (seen[: MAX_NAME - len(ending)].strip(". ") or "upload") + ending


def _found(content: bytes) -> str:
    """What a file is that is neither picture nor PDF, as far as its beginning tells."""
    if not content.strip(b"\0 \t\r\n"):
        return "an empty file"
    for sign, at, what in _BEGINNINGS:
        if content[at : at + len(sign)] == sign:
            return what
    markup = _markup(content[:HEAD])
    if markup is not None:
        return markup
    if b"%PDF-" in content[:1024]:
        return "no picture or PDF"
    try:
        content[:HEAD].decode("utf-8")
    except UnicodeDecodeError as broken:
        return "text" if broken.start >= HEAD - 4 else "no picture or PDF"
    return "no picture or PDF" if b"\0" in content[:HEAD] else "text"


def _markup(head: bytes) -> str | None:
    lower = head.lower()
    return next((what for sign, what in _MARKUP if sign in lower), None)


def _refuse_second(name: str, content: bytes, end: int, kind: Kind) -> None:
    """Refuses a file that another program would open as something else; what cameras append is let be."""
    rest = content[end:]
    found = _markup(rest[:HEAD])
    if found is None and rest.lstrip()[:2] == b"MZ":
        found = "a program"
    if found is None and kind is not Kind.PDF and b"%PDF-" in content[:1024] + rest[:1024]:
        found = "a PDF"
    if found is None and b"PK\x05\x06" in (rest if kind is Kind.PDF else content)[-ZIP_END:]:
        found = "a packed file (ZIP, Word, Excel)"
    if found is not None:
        raise UploadTwoInOne(file=plain_name(name), found=found)


# --- pictures --------------------------------------------------------------------------------------------------------


def _examine_picture(name: str, content: bytes, kind: Kind) -> tuple[int, int]:
    """Width and height as seen, once the whole picture could be decoded."""
    picture = _opened(name, content, kind)
    try:
        picture.load()
    except Exception as broken:
        # A damaged picture makes the decoders fail in any way at all: everything they raise is about these bytes.
        raise UploadDamaged(file=plain_name(name)) from broken
    width, height = picture.size
    return (height, width) if _orientation(picture) >= 5 else (width, height)


def _opened(name: str, content: bytes, kind: Kind) -> Image.Image:
    """The picture, not decoded yet; its size was read from the header before any library allocates for it."""
    shown = plain_name(name)
    try:
        width, height, end = _HEADERS[kind](content)
    except _Moving as moving:
        raise UploadNotAPaper(file=shown, found="a moving picture") from moving
    except (_Broken, IndexError) as broken:
        raise UploadDamaged(file=shown) from broken
    if not width or not height:
        raise UploadDamaged(file=shown)
    if width * height > MAX_PIXELS:
        raise UploadTooManyPixels(file=shown, width=f"{width:,}", height=f"{height:,}", most=f"{MAX_PIXELS:,}")
    _refuse_second(name, content, end, kind)
    try:
        picture = Image.open(io.BytesIO(content), formats=[kind.value])
    except Exception as broken:
        # As above: a header that no encoder writes fails in any way.
        raise UploadDamaged(file=shown) from broken
    if picture.size != (width, height):
        raise UploadDamaged(file=shown)
    return picture


def _upright(name: str, content: bytes, kind: Kind, side: int) -> Image.Image:
    picture = _opened(name, content, kind)
    try:
        # A JPEG is decoded at a fraction of its size where that is enough.
        picture.draft("RGB", (2 * side, 2 * side))
        picture.load()
        orientation = _orientation(picture)
        if picture.mode.startswith("I") or picture.mode == "F":
            picture = picture.convert("F").point(lambda light: light / 256).convert("L")
        picture.thumbnail((2 * side, 2 * side))
        if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
            seen = picture.convert("RGBA")
            picture = Image.new("RGBA", seen.size, "white")
            picture.alpha_composite(seen)
        picture = picture.convert("RGB")
        turned = _TURNS.get(orientation)
        picture = picture if turned is None else picture.transpose(turned)
        picture.thumbnail((side, side))
    except Exception as broken:
        raise UploadDamaged(file=plain_name(name)) from broken
    return _bare(picture)


def _bare(picture: Image.Image) -> Image.Image:
    """The pixels alone."""
    bare = Image.new("RGB", picture.size, "white")
    bare.paste(picture)
    return bare


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> how a picture is turned upright."""


def _orientation(picture: Image.Image) -> int:
    """How the camera was held, 1 where it does not say; a damaged note of it does not damage the picture."""
    try:
        said = picture.getexif().get(0x0112, 1)
    except Exception:
        return 1
    return said if isinstance(said, int) and 1 <= said <= 8 else 1


class _Broken(Exception):
    pass


class _Moving(Exception):
    pass


_MARKER = re.compile(rb"\xff[^\xff]", re.DOTALL)
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def _jpeg(content: bytes) -> tuple[int, int, int]:
    """Width, height and where the picture ends, by its segments."""
    at, scans, size = 2, 0, (0, 0)
    for _ in range(MAX_SEGMENTS):
        found = _MARKER.search(content, at)
        if found is None:
            return *size, len(content)
        at, marker = found.start(), content[found.start() + 1]
        if marker == 0xD9:
            return *size, at + 2
        if marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if length < 2:
            raise _Broken
        if marker in _FRAMES:
            height, width = (int.from_bytes(content[at + n : at + n + 2], "big") for n in (5, 7))
            size = max(size, (width, height), key=lambda one: one[0] * one[1])
        at += 2 + length
        if marker == 0xDA:
            scans += 1
            if scans > MAX_SCANS:
                raise _Broken
            ends = _SCAN_END.search(content, at)
            at = ends.start() if ends else len(content)
    raise _Broken


def _png(content: bytes) -> tuple[int, int, int]:
    """Width, height and where the picture ends, by its chunks."""
    if content[12:16] != b"IHDR":
        raise _Broken
    width, height = (int.from_bytes(content[n : n + 4], "big") for n in (16, 20))
    at = 8
    while at + 8 <= len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if name == b"acTL":
            raise _Moving
        at += 12 + length
        if name == b"IEND":
            return width, height, min(at, len(content))
    raise _Broken


def _webp(content: bytes) -> tuple[int, int, int]:
    """Width, height and where the picture ends, by its first chunk."""
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise _Broken
    name, body = content[12:16], content[20:30]
    if name == b"VP8X" and len(body) == 10:
        if body[0] & 0x02:
            raise _Moving
        width, height = (1 + int.from_bytes(body[n : n + 3], "little") for n in (4, 7))
    elif name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(body[n : n + 2], "little") & 0x3FFF for n in (6, 8))
    elif name == b"VP8L" and body[:1] == b"\x2f":
        bits = int.from_bytes(body[1:5], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    else:
        raise _Broken
    return width, height, end


_HEADERS = {Kind.JPEG: _jpeg, Kind.PNG: _png, Kind.WEBP: _webp}


# --- PDF -------------------------------------------------------------------------------------------------------------

# PDFium keeps state of its own and is not to be called by two threads at once.
_pdfium_lock = threading.Lock()


def _examine_pdf(name: str, content: bytes) -> tuple[int, int, int]:
    """Width and height of the first page in points, and the pages."""
    shown = plain_name(name)
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise UploadDamaged(file=shown)
    _refuse_second(name, content, end + 5, Kind.PDF)
    _refuse_unpacking(shown, content)
    with _pdfium_lock:
        document = _open_pdf(shown, content)
        try:
            pages = len(document)
            if pages > MAX_PAGES:
                raise UploadTooManyPages(file=shown, pages=f"{pages:,}", most=MAX_PAGES)
            sizes = [document.get_page_size(n) for n in range(pages)] or [(0.0, 0.0)]
        except pdfium.PdfiumError as broken:
            raise UploadDamaged(file=shown) from broken
        finally:
            document.close()
    width, height = sizes[0]
    if not all(0 < side < 1_000_000 for side in (width, height)):
        raise UploadDamaged(file=shown)
    return max(1, round(width)), max(1, round(height)), pages


def _open_pdf(shown: str, content: bytes) -> Any:
    # Opened by hand: the library's own way asks for the reason of a failure where there was none to tell.
    opened = pdfium.raw.FPDF_LoadMemDocument64(content, len(content), None)
    if not opened:
        reason = pdfium.raw.FPDF_GetLastError()
        raise UploadLocked(file=shown) if reason == pdfium.raw.FPDF_ERR_PASSWORD else UploadDamaged(file=shown)
    return pdfium.PdfDocument(opened)


def _refuse_unpacking(shown: str, content: bytes) -> None:
    """Unpacks every part of a PDF as far as the limits, piece by piece, and keeps nothing of it."""
    read = total = 0
    for number, found in enumerate(re.finditer(rb"(?<!end)stream\r?\n", content)):
        if number == MAX_PARTS:
            raise UploadDamaged(file=shown)
        # Where a part ends is not looked for: what a PDF says of it need not be so, and unpacking ends by itself.
        unpacking, at, part = zlib.decompressobj(), found.end(), 0
        while not unpacking.eof and (unpacking.unconsumed_tail or at < len(content)):
            held = unpacking.unconsumed_tail or content[at : at + _PIECE]
            at += 0 if unpacking.unconsumed_tail else _PIECE
            try:
                gained = len(unpacking.decompress(held, _GAIN))
            except zlib.error:
                break
            read += len(held) - len(unpacking.unconsumed_tail)
            part, total = part + gained, total + gained
            if part > MAX_STREAM or total > MAX_UNPACKED or read > MAX_UNPACKED:
                most = MAX_STREAM if part > MAX_STREAM else MAX_UNPACKED
                raise UploadUnpacksTooFar(file=shown, most=f"{most:,}")


_PIECE, _GAIN = 16_384, 1_000_000


def _page(name: str, content: bytes, side: int, number: int) -> Image.Image:
    shown = plain_name(name)
    _examine_pdf(name, content)
    with _pdfium_lock:
        document = _open_pdf(shown, content)
        try:
            if number > len(document):
                raise UploadPageMissing(file=shown, page=number)
            page = document[number - 1]
            for one in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE]):
                width, height = one.get_px_size()
                if width * height > MAX_PIXELS:
                    raise UploadTooManyPixels(
                        file=shown, width=f"{width:,}", height=f"{height:,}", most=f"{MAX_PIXELS:,}"
                    )
            picture = page.render(scale=side / max(page.get_size())).to_pil().convert("RGB")
            picture.thumbnail((side, side))
            return _bare(picture)
        except (pdfium.PdfiumError, ValueError, MemoryError) as broken:
            raise UploadDamaged(file=shown) from broken
        finally:
            document.close()

"""Pictures and PDFs made for tests, honest ones and hostile ones; every one is made here, none is kept."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image, ImageDraw, ImageFont


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **more: Any) -> bytes:
    """A picture with a red top left corner on blue."""
    made = Image.new("RGB", size, (20, 40, 200))
    made.paste((220, 30, 30), (0, 0, max(1, size[0] // 2), max(1, size[1] // 2)))
    held = io.BytesIO()
    (made if mode == "RGB" else made.convert(mode)).save(held, form, **more)
    return held.getvalue()


def readable(number: int = 0, form: str = "JPEG", size: tuple[int, int] = (900, 1200)) -> bytes:
    """A page with rows of print on it that anybody can read; every number is another page."""
    made = Image.new("RGB", size, (247, 245, 240))
    pen, face = ImageDraw.Draw(made), ImageFont.load_default(30)
    for row in range(14):
        text = f"{row + 1:02d} made up for a test {number} {number * 37 + row:05d} 123.45"
        pen.text((70, 80 + row * 70), text, fill=(30, 30, 30), font=face)
    held = io.BytesIO()
    made.save(held, form)
    return held.getvalue()


def turned(orientation: int, size: tuple[int, int] = (64, 48)) -> bytes:
    """A JPEG whose camera was held in one of the eight ways, with a place and a name in its notes."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x013B] = "Hui at home"
    return picture(size=size, exif=notes.tobytes())


def pdf(pages: int = 1, size: tuple[float, float] = (595, 842), drawing: bytes = b"0 0 1 rg 0 0 200 200 re f") -> bytes:
    """A PDF of some pages that all show one drawing."""
    kids = " ".join(f"{n + 4} 0 R" for n in range(pages))
    packed = zlib.compress(drawing)
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Contents 3 0 R >>".encode()
    return of_objects(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        *[page] * pages,
    )


def of_objects(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of objects numbered from 1, the first being its catalogue."""
    held = b"%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(held))
        held += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    held += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n" % (size, table)
    return held + b"<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, held.index(b"xref\n0 "))


def locked_pdf() -> bytes:
    """A PDF that no empty password opens."""
    held = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"41" * 32, b"42" * 32),
    )
    return of_objects(*held, trailer=b"/Encrypt 4 0 R /ID [<00> <00>]")


def pdf_with_picture(width: int, height: int) -> bytes:
    """A PDF whose only page shows a picture that says it has so many pixels."""
    data = zlib.compress(b"\0" * 1000)
    image = b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 1 " % (
        width, height,
    )  # fmt: skip
    drawing = b"q 100 0 0 100 0 0 cm /P Do Q"
    return of_objects(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R "
        b"/Resources << /XObject << /P 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        image + b"/Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(data), data),
    )


def packed() -> bytes:
    """A ZIP file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as files:
        files.writestr("run.txt", "hello")
    return held.getvalue()


def png_of(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG that says it has so many pixels, with chunks of one's own before its end."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    held = b"\x89PNG\r\n\x1a\n"
    for name, data in ((b"IHDR", header), *chunks, (b"IEND", b"")):
        held += struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return held

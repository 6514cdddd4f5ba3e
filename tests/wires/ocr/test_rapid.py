"""A picture of a paper is read here, on this machine, and nobody hears of it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from hearth.wires.ocr import ReaderAbsent, opened
from hearth.wires.ocr.contract import Reader
from hearth.words.faults import Malformed

pytest.importorskip("openvino", reason="the extra ocr is not installed")
pytest.importorskip("rapidocr", reason="the extra ocr is not installed")


def drawn(rows: list[str], size: int = 30, angle: float = 0.0) -> np.ndarray:
    """A page with Latin rows of print: any machine has the letters for it."""
    picture = Image.new("RGB", (900, 80 * len(rows) + 60), (250, 250, 246))
    pen = ImageDraw.Draw(picture)
    for place, row in enumerate(rows):
        pen.text((40, 40 + 80 * place), row, font=ImageFont.load_default(size), fill=(25, 25, 30))
    return np.asarray(picture.rotate(angle, expand=True, fillcolor=(250, 250, 246)))


@pytest.fixture(scope="module")
def reader() -> Reader:
    return opened("rapid:?threads=2")


def test_print_is_read_in_reading_order_with_its_place(reader: Reader) -> None:
    runs = reader.read(drawn(["No 0034567812", "total 3456.78", "2026-03-14"]))
    assert [run.text for run in runs] == ["No 0034567812", "total 3456.78", "2026-03-14"]
    left, top, right, bottom = runs[1].around
    assert 30 <= left <= 45 and 100 <= top <= 130 and 200 <= right <= 300 and 140 <= bottom <= 165
    assert all(0.9 < run.score <= 1 for run in runs)


def test_every_sign_tells_how_sure_it_is_and_where_it_stands(reader: Reader) -> None:
    (run,) = reader.read(drawn(["3456.78"]))
    assert "".join(sign.char for sign in run.signs) == run.text
    places = [sign.at for sign in run.signs]
    assert places == sorted(places) and 0 < places[0] < 0.25 and 0.75 < places[-1] <= 1


def test_a_tilted_paper_is_read_too(reader: Reader) -> None:
    assert [run.text for run in reader.read(drawn(["total 3456.78", "cash 1000.00"], angle=6))] == [
        "total 3456.78",
        "cash 1000.00",
    ]


def test_an_empty_page_says_nothing(reader: Reader) -> None:
    assert reader.read(np.full((300, 400, 3), 240, np.uint8)) == []


@pytest.mark.parametrize(
    "picture",
    [np.zeros((40, 40), np.uint8), np.zeros((40, 40, 4), np.uint8), np.zeros((40, 40, 3), np.float32), b"no picture"],
)
def test_what_is_no_picture_is_refused(reader: Reader, picture: object) -> None:
    with pytest.raises(Malformed):
        reader.read(picture)  # type: ignore[arg-type]


def test_a_picture_far_too_large_or_too_thin_is_refused_before_any_work(reader: Reader) -> None:
    for shape in ((8, 400, 3), (10_000, 10_000, 3)):
        with pytest.raises(Malformed):
            reader.read(np.broadcast_to(np.uint8(255), shape))


@pytest.mark.parametrize(
    "spec", ["rapid:?side=20", "rapid:?threads=0", "rapid:?colour=red", "telepathy:", "rapid", "memory:relative"]
)
def test_an_address_with_a_slip_is_refused(spec: str) -> None:
    with pytest.raises(Malformed):
        opened(spec)


def test_without_the_models_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hearth.wires.ocr.rapid.find_spec", lambda name: None)
    with pytest.raises(ReaderAbsent, match=r"hearth\[ocr\]"):
        opened("rapid:")


# --- nothing is told to anybody --------------------------------------------------------------------------------------

_SEALED = """
    import ctypes, platform, struct, sys

    def sealed():
        # A seccomp filter: whoever asks the kernel for a socket is ended at once, Python or not (man 2 seccomp).
        number = {"x86_64": 41, "aarch64": 198}[platform.machine()]
        program = struct.pack("HBBI", 0x20, 0, 0, 0) + struct.pack("HBBI", 0x15, 0, 1, number)
        program += struct.pack("HBBI", 0x06, 0, 0, 0x80000000) + struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000)
        held = ctypes.create_string_buffer(program, len(program))
        filters = struct.pack("HxxxxxxQ", 4, ctypes.addressof(held))
        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.prctl(38, 1, 0, 0, 0) == 0
        assert libc.prctl(22, 2, ctypes.create_string_buffer(filters, len(filters)), 0, 0) == 0
        return held

    def told(event, args):
        if event.startswith(("socket.", "urllib.", "http.")):
            sys.stdout.write(f"AUDIT {event}")
            sys.stdout.flush()
            raise RuntimeError(event)

    held = sealed()
    sys.addaudithook(told)
"""


def _sealed(tmp_path: Path, body: str) -> subprocess.CompletedProcess[str]:
    script = tmp_path / "sealed.py"
    script.write_text(textwrap.dedent(_SEALED) + textwrap.dedent(body), "utf-8")
    where = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)}
    return subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=300, env=where)


@pytest.mark.skipif(sys.platform != "linux", reason="socket calls are barred by a Linux filter")
def test_reading_asks_the_system_for_no_socket_and_tells_no_server(tmp_path: Path) -> None:
    np.save(tmp_path / "page.npy", drawn(["total 3456.78"]))
    done = _sealed(
        tmp_path,
        f"""
        import threading
        import numpy as np
        from hearth.wires.ocr import opened
        runs = opened("rapid:").read(np.load({str(tmp_path / "page.npy")!r}))
        told = [name for name in sys.modules if "telemetry" in name and sys.modules[name] is not None]
        threads = [one.name for one in threading.enumerate() if one is not threading.main_thread()]
        print(runs[0].text, [name for name in told if "stub" not in name and "ovc" not in name], threads)
        print("onnxruntime" in sys.modules, "rapidocr" in sys.modules)
        """,
    )
    assert (done.returncode, done.stdout) == (0, "total 3456.78 [] []\nFalse False\n"), done.stderr[-2000:]


@pytest.mark.skipif(sys.platform != "linux", reason="socket calls are barred by a Linux filter")
def test_the_filter_would_end_a_reader_that_did(tmp_path: Path) -> None:
    native = _sealed(tmp_path, "ctypes.CDLL(None).socket(2, 1, 0); print('went on')")
    assert native.returncode == -31 and "went on" not in native.stdout
    python = _sealed(tmp_path, "import socket; socket.getaddrinfo('example.org', 80)")
    assert python.stdout == "AUDIT socket.getaddrinfo"

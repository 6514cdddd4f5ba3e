"""Rapid: the models of the package rapidocr (PP-OCR, Apache-2.0), run by OpenVINO with shapes and words cut to size.

rapidocr itself is not imported: its models are files of the package, and nothing of it could fetch others.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hearth.wires.ocr.alphabet import is_printed
from hearth.wires.ocr.contract import Picture, ReaderAbsent, looked_at
from hearth.wires.spec import Spec
from hearth.words.papers import Quad, Run, Sign

SIDE = 1_280
"""The longer side of the picture in which print is looked for."""

THREADS = 2
"""Threads of one reader."""

LEAST_SCORE = 0.35
"""What is read less surely is no print."""

_FINDS, _TELLS = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"


class Rapid:
    """A reader by PP-OCRv6.  One picture at a time; every text of it is one request, the narrow ones first."""

    def __init__(self, *, side: int = SIDE, threads: int = THREADS) -> None:
        folder = _models()
        openvino = _engine()
        self.side = side
        self._busy = threading.Lock()
        self._texts: list[Any] = []
        core = openvino.Core()
        whole = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"}
        apart = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": threads}
        self._finds = core.compile_model(core.read_model(str(folder / _FINDS)), "CPU", whole)
        model, self._alphabet = _held_to_alphabet(core.read_model(str(folder / _TELLS)))
        self._queue = openvino.AsyncInferQueue(core.compile_model(model, "CPU", apart), threads)
        self._queue.set_callback(self._told)

    @classmethod
    def at(cls, address: Spec) -> Rapid:
        """The reader of an address.  Raises: Malformed, ReaderAbsent."""
        side = address.whole("side", SIDE, 320, 4_096)
        threads = address.whole("threads", THREADS, 1, 64)
        address.close()
        return cls(side=side, threads=threads)

    def read(self, picture: Picture) -> Sequence[Run]:
        """The printed texts, from above down and from the left.  Raises: Malformed."""
        from hearth.wires.ocr import finding
        from hearth.wires.ocr.stamps import without_stamps

        seen = without_stamps(looked_at(picture))
        height, width = seen.shape[:2]
        with self._busy:
            small, share = finding.scaled(seen, self.side)
            shown = self._finds(finding.input_of(small))[0][0, 0, : small.shape[0], : small.shape[1]]
            boxes = finding.apart(seen, finding.boxes(np.asarray(shown, np.float32), share, width, height))
            texts = self._tell(seen, boxes)
        runs = [_run(box, *told) for box, told in zip(boxes, texts, strict=True) if told[1] >= LEAST_SCORE]
        return [run for run in runs if run.text.strip()]

    def read_at(self, picture: Picture, places: Sequence[Quad]) -> Sequence[Run]:
        """What stands in each place; an empty text where nothing does.  Raises: Malformed."""
        seen = looked_at(picture)
        height, width = seen.shape[:2]
        edge = np.array([width - 1, height - 1], np.float32)
        boxes = np.array([np.clip(np.array(place, np.float32), 0, edge) for place in places], np.float32)
        with self._busy:
            texts = self._tell(seen, boxes)
        runs = [_run(box, *told) for box, told in zip(boxes, texts, strict=True)]
        return [run if run.score >= LEAST_SCORE else Run("", run.box, 0.0) for run in runs]

    def _tell(self, seen: Picture, boxes: NDArray[np.float32]) -> list[Any]:
        from hearth.wires.ocr import telling

        strips = [telling.strip(seen, box) for box in boxes]
        self._texts = [("", 0.0, ())] * len(strips)
        for place in sorted(range(len(strips)), key=lambda n: strips[n].shape[1]):
            self._queue.start_async([telling.input_of(strips[place])], (place, strips[place].shape[1]))
        self._queue.wait_all()
        texts, self._texts = self._texts, []
        return texts

    def _told(self, request: Any, asked: tuple[int, int]) -> None:
        from hearth.wires.ocr import telling

        place, width = asked
        self._texts[place] = telling.told(request.get_output_tensor(0).data[0], self._alphabet, width)


def _run(box: NDArray[np.float32], text: str, score: float, signs: tuple[Sign, ...]) -> Run:
    corners = tuple((round(float(x), 1), round(float(y), 1)) for x, y in box)
    return Run(text, corners, score, signs)  # type: ignore[arg-type]  # four corners


def _engine() -> Any:
    """OpenVINO without its telemetry, which tells a server of every import.  Raises: ReaderAbsent."""
    # OpenVINO looks whether this module can be imported, and has a silent twin of its own where it cannot.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    try:
        import cv2  # noqa: F401
        import openvino  # type: ignore[import-untyped]
    except ModuleNotFoundError as absent:
        raise ReaderAbsent() from absent
    return openvino


def _models() -> Path:
    """The folder of the models inside the package.  Raises: ReaderAbsent."""
    found = find_spec("rapidocr")
    if found is None or not found.submodule_search_locations:
        raise ReaderAbsent()
    folder = Path(next(iter(found.submodule_search_locations))) / "models"
    if not all((folder / name).is_file() for name in (_FINDS, _TELLS)):
        raise ReaderAbsent()
    return folder


def _held_to_alphabet(model: Any) -> tuple[Any, tuple[str, ...]]:
    """The recognition model with the last layer cut to the signs of the alphabet, and those signs by column."""
    openvino = _engine()
    from openvino import opset13 as parts

    signs = ["", *model.get_rt_info()["framework"]["character"].value.splitlines(), " "]
    operations = {one.get_friendly_name(): one for one in model.get_ordered_ops()}
    last = next(one for one in reversed(list(operations.values())) if one.get_type_name() == "MatMul")
    weights: NDArray[np.float32] = last.input_value(1).get_node().get_data()
    adds = next(iter(last.output(0).get_target_inputs())).get_node()
    bias: NDArray[np.float32] = adds.input_value(1).get_node().get_data()
    if weights.shape[1] != len(signs) or bias.shape[-1] != len(signs):
        raise ReaderAbsent()
    kept = np.array([0, *(n for n, sign in enumerate(signs) if n and is_printed(sign))])
    cut = parts.matmul(last.input_value(0), parts.constant(weights[:, kept]), False, False)
    columns = parts.softmax(parts.add(cut, parts.constant(bias.reshape(-1)[kept])), -1)
    return openvino.Model([columns.output(0)], model.get_parameters(), "tells"), tuple(signs[n] for n in kept)

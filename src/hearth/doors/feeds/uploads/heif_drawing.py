"""HEIF drawing: the process that decodes one picture: bytes in, a JPEG out, or nothing; run as a script of its own.

Arguments: seconds of the processor, bytes of address space, the most pixels, the most bytes of the JPEG, its longer
side (0: as it is).  It imports nothing of ours: it starts in a tenth of a second.
"""

from __future__ import annotations

import io
import resource
import signal
import sys

QUALITIES = (92, 85, 75, 60)
"""The first at which the JPEG is within its bytes is taken."""


def main() -> int:
    """Draw what stands on the standard input; 0 where it could be drawn."""
    seconds, memory, most_pixels, most_bytes, side = float(sys.argv[1]), *(int(one) for one in sys.argv[2:6])
    # Ended by the system: the decoder's threads are not asked.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()

    import pi_heif  # type: ignore[import-untyped]
    from PIL import Image

    pi_heif.options.DECODE_THREADS = 2
    pi_heif.options.THUMBNAILS = pi_heif.options.DEPTH_IMAGES = pi_heif.options.AUX_IMAGES = False
    opened = pi_heif.open_heif(content)
    if not 0 < opened.size[0] * opened.size[1] <= most_pixels:
        return 1
    # The form turns pictures by itself; the camera's note of how it was held would turn them once more.
    seen = Image.frombytes(opened.mode, opened.size, opened.data, "raw", opened.mode, opened.stride)
    if seen.mode in ("RGBA", "RGBa", "LA"):
        above = seen.convert("RGBA")
        seen = Image.new("RGBA", above.size, "white")
        seen.alpha_composite(above)
    seen = seen.convert("RGB")
    if side:
        seen.thumbnail((side, side), reducing_gap=2)
    for quality in QUALITIES:
        held = io.BytesIO()
        seen.save(held, "JPEG", quality=quality)
        if held.tell() <= most_bytes:
            sys.stdout.buffer.write(held.getvalue())
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())

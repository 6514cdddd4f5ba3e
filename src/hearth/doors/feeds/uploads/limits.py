"""Limits: how large a file sent as a paper may be, packed and unpacked; more is refused before it is opened."""

from __future__ import annotations

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

"""Electronic invoices without pixels: OFD files, their XML, and the code printed on them; strictly within limits."""

from __future__ import annotations

from hearth.doors.feeds.einvoice.drawn import drawn
from hearth.doors.feeds.einvoice.refused import EInvoiceRefused
from hearth.doors.feeds.einvoice.sheet import Sheet, opened

__all__ = ["EInvoiceRefused", "Sheet", "drawn", "opened"]

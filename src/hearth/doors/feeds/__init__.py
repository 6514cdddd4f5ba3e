"""Feeds: files that come in (cases, sheets, years) become plain values, with the place of whatever is wrong."""

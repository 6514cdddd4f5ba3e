"""Cached: small things that all web processes share and may lose: how often somebody tried to log in."""

from __future__ import annotations

from django.db import models


class Cached(models.Model):
    """A row of Django's cache in the database."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

"""What Django needs to know of the store."""

from __future__ import annotations

from django.apps import AppConfig


class Store(AppConfig):
    """The one Django app that holds every table."""

    name = "hearth.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

"""What Django needs to know of the store."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import pre_migrate


class Store(AppConfig):
    """The one Django app that holds every table."""

    name = "hearth.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Before tables are made or changed, what adds to them is taken together."""
        from hearth.store.migrating import take_together

        pre_migrate.connect(take_together, dispatch_uid="hearth.store.migrating")

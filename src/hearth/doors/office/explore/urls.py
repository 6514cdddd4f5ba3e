"""The bench's address."""

from __future__ import annotations

from django.urls import path

from hearth.doors.office.explore.views import explore

urlpatterns = [path("explore", explore, name="explore")]

"""The front door: where somebody who is not logged in chooses what they came for."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def front(request: HttpRequest) -> HttpResponse:
    """The first page; who is logged in already goes where they work."""
    if getattr(request, "user", None) is not None and request.user.is_authenticated:
        return redirect("landing")
    return render(request, "front.html", {"is_demo": settings.HEARTH_ENV == "demo"})

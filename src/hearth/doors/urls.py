"""Every address Hearth answers to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_safe

from hearth.doors.front import front


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Answer that this process serves; asks nothing of the database."""
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


handler500 = "hearth.doors.away.went_wrong"

urlpatterns = [
    path("alive", alive, name="alive"),
    path("language/", include("django.conf.urls.i18n")),
    path("", front, name="first"),
    path("api/v1/", include("hearth.doors.api.urls")),
    path("fhir/", include("hearth.doors.fhir.server")),
    path("", include("hearth.doors.login.urls")),
    path("", include("hearth.doors.member.urls")),
    path("office/", include("hearth.doors.office.desk.urls")),
    path("", include("hearth.doors.office.explore.urls")),
]

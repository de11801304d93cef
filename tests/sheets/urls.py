"""The console's addresses, and that of the page of a change set, for as long as no room has it."""

from django.http import HttpResponse
from django.urls import path

from console.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *urlpatterns,
    path("changes/<int:set_id>", lambda _request, set_id: HttpResponse(f"{set_id}"), name="change-set"),
]

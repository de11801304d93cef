from django.urls import include, path
from django.views.i18n import set_language

from common.access import public
from console import errors, health
from console.jump import views as jump
from console.views import home

urlpatterns = [
    path("", home, name="home"),
    path("jump", jump.jump, name="jump"),
    path("shortcuts", jump.shortcuts, name="shortcuts"),
    path("language", public(set_language), name="language"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("accounts.urls")),
    path("", include("changes.urls")),
    path("", include("media.urls")),
    path("", include("sheets.urls")),
    path("", include("orgs.urls")),
    path("", include("groups.urls")),
    path("", include("audit.urls")),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

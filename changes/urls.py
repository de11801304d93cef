from django.urls import path

from changes.views import actions, pages, passwords, running

urlpatterns = [
    path("changes", pages.index, name="changes"),
    path("changes/running", running.running, name="changes-running"),
    path("changes/<int:set_id>", pages.detail, name="change-set"),
    path("changes/<int:set_id>/problems", pages.problems, name="change-set-problems"),
    path("changes/<int:set_id>/progress", pages.progress, name="change-set-progress"),
    path("changes/<int:set_id>/confirm", actions.confirm, name="change-set-confirm"),
    path("changes/<int:set_id>/discard", actions.discard, name="change-set-discard"),
    path("changes/<int:set_id>/stop", actions.stop, name="change-set-stop"),
    path("changes/<int:set_id>/resume", actions.resume, name="change-set-resume"),
    path("changes/<int:set_id>/give-up", actions.give_up, name="change-set-give-up"),
    path("changes/<int:set_id>/retry", actions.retry, name="change-set-retry"),
    path("changes/<int:set_id>/undo", actions.undo, name="change-set-undo"),
    path("changes/<int:set_id>/passwords", passwords.passwords, name="change-set-passwords"),
    path("changes/<int:set_id>/passwords/delete", passwords.delete, name="change-set-passwords-delete"),
]

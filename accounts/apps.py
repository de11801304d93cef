from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import checks  # noqa: F401  # registers the system checks
        from accounts.models import Why
        from audit import vocabulary

        vocabulary.register_kind("session", vocabulary.Kind(_("Session"), fields={}))
        account = vocabulary.Kind(_("Account"), fields={"phone": _("Phone")})
        vocabulary.register_kind("account", account)
        vocabulary.register_kind("saved-view", vocabulary.Kind(_("Saved view"), fields={}))
        vocabulary.register_operations(
            {
                "session.sign-in": _("signed in"),
                "session.sign-out": _("signed out"),
                "session.end": _("ended a session"),
                "session.leave-to-jobs": _("signed out and let a job go on"),
                "session.prove": _("gave the password again"),
                "saved-view.change": _("changed a saved view"),
                "account.sign-up": _("created an account"),
                "account.reset-password": _("reset a forgotten password"),
                "account.change-password": _("changed their own password"),
                "account.bind-phone": _("bound another phone to their account"),
            }
        )
        vocabulary.register_reasons(
            {why.value: why.label for why in Why}
            | {
                "unanswered": _("The answer was lost, and nothing tells whether it was done."),
                "somebody_else": _("Weila let somebody else in, or into another organization."),
            }
        )

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import checks  # noqa: F401  # registers the system checks
        from accounts.models import Why
        from audit import vocabulary

        vocabulary.register_kind("session", vocabulary.Kind(_("Session"), fields={}))
        vocabulary.register_kind("account", vocabulary.Kind(_("Account"), fields={}))
        vocabulary.register_operations(
            {
                "session.sign-in": _("signed in"),
                "session.sign-out": _("signed out"),
                "session.end": _("ended a session"),
                "account.sign-up": _("created an account"),
                "account.reset-password": _("reset a forgotten password"),
            }
        )
        vocabulary.register_reasons({why.value: why.label for why in Why})

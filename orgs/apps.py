from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"

    def ready(self) -> None:
        from orgs import vocabulary
        from orgs.forms import bulk

        vocabulary.register()
        bulk.register()

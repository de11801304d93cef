from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"

    def ready(self) -> None:
        from orgs import kinds, tables, vocabulary

        vocabulary.register()
        tables.register()
        kinds.register()

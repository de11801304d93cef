from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"

    def ready(self) -> None:
        from orgs import bulk_plan, kinds, tables, vocabulary

        vocabulary.register()
        tables.register()
        kinds.register()
        bulk_plan.register()

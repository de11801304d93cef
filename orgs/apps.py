from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"

    def ready(self) -> None:
        from orgs import bulk_plan, export, kinds, tables, vocabulary
        from orgs.forms import bulk

        vocabulary.register()
        kinds.register()
        tables.register()
        bulk.register()
        bulk_plan.register()
        export.register()

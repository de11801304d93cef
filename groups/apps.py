from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"

    def ready(self) -> None:
        from groups import bulk_plan, export, kinds, store, tables, vocabulary
        from groups.forms import bulk
        from orgs.erasing import erasers

        vocabulary.register()
        kinds.register()
        tables.register()
        bulk.register()
        bulk_plan.register()
        export.register()
        erasers.append(store.erase)

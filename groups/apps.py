from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"

    def ready(self) -> None:
        from groups import bulk_plan, kinds, store, tables, vocabulary
        from groups.forms import bulk
        from groups.views import export
        from orgs.export import register_reader
        from orgs.store import erasers

        vocabulary.register()
        kinds.register()
        tables.register()
        bulk.register()
        bulk_plan.register()
        register_reader("groups", export.rows)
        erasers.append(store.erase)

from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "changes"

    def ready(self) -> None:
        from changes import jobs, undo, vocabulary

        vocabulary.register()
        undo.register()
        jobs.register()

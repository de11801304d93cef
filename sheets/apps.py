from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "sheets"

    def ready(self) -> None:
        from sheets import exporting, importing, results, vocabulary

        vocabulary.register()
        importing.register()
        results.register()
        exporting.register()

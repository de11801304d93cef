from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "sheets"

    def ready(self) -> None:
        from sheets import importing, vocabulary

        vocabulary.register()
        importing.register()

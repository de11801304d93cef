from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    help = "Bring the tables of every database up to date, or of the one that --database names."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=None)

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        return {**super().get_check_kwargs(options), "databases": _wanted(options)}

    def handle(self, *args: Any, **options: Any) -> None:
        for alias in _wanted(options):
            super().handle(*args, **options | {"database": alias})


def _wanted(options: Mapping[str, Any]) -> list[str]:
    return [options["database"]] if options["database"] else list(connections)

"""What is asked of the databases, whichever of them holds the answer."""

from types import TracebackType
from typing import Self

from django.db import connections
from django.test.utils import CaptureQueriesContext


class Queries:
    """The queries that this thread makes inside a ``with``, on all databases."""

    def __init__(self) -> None:
        self._captured = [CaptureQueriesContext(connection) for connection in connections.all()]

    def __enter__(self) -> Self:
        for one in self._captured:
            one.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in self._captured:
            one.__exit__(kind, error, trace)

    def __len__(self) -> int:
        return sum(map(len, self._captured))

    @property
    def statements(self) -> list[str]:
        """One database's after the other's."""
        return [query["sql"] for one in self._captured for query in one.captured_queries]

    @property
    def writes(self) -> list[list[str]]:
        """The transactions that wrote something: what each of them wrote."""
        transactions: list[list[str]] = [[]]
        inside = False
        for statement in self.statements:
            verb = statement.split()[0]
            if verb in ("BEGIN", "COMMIT", "ROLLBACK"):
                inside = verb == "BEGIN"
                transactions.append([])
            elif verb in ("INSERT", "UPDATE", "DELETE"):
                if not inside:
                    transactions.append([])
                transactions[-1].append(statement)
        return [one for one in transactions if one]

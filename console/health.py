"""For load balancers and supervisors: is the process alive, and can it serve?"""

from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from common.access import public


@public
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nothing of anybody."""
    return JsonResponse({"status": "ok"})


@public
def readyz(request: HttpRequest) -> JsonResponse:
    """The databases answer and their tables are up to date. The upstream is not asked: we serve without it."""
    try:
        pending = any(map(_pending, connections.all()))
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    if pending:
        return JsonResponse({"status": "migrations pending"}, status=503)
    return JsonResponse({"status": "ok"})


def _pending(connection: BaseDatabaseWrapper) -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

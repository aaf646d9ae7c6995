"""What a load balancer asks. Redis is not asked about: without it pages still open and save."""

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


class NotReadyError(Exception):
    """Pages cannot be served yet; the text says why."""


@login_not_required
@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answer that this process serves requests."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer whether pages can be served: the database answers and has every migration."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        require_every_migration()
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    except NotReadyError as error:
        return HttpResponse(f"{error}\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


@cache  # a refusal is not remembered, a yes is: migrations are not taken away under a running process
def require_every_migration() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReadyError("migrations are missing")

"""Parts of queries that Django does not have."""

from typing import Any, Self

from django.db.models import ExpressionWrapper, QuerySet
from django.db.models.expressions import BaseExpression


class WrittenOnce(ExpressionWrapper):  # type: ignore[type-arg]
    """An expression without a parameter of the day: its SQL is worked out once for each database, and then kept.

    Use it in a queryset that is built once and filtered for each request.
    """

    def __init__(self, expression: BaseExpression) -> None:
        super().__init__(expression, output_field=expression.output_field)
        self._written: dict[str, Any] = {}

    def copy(self) -> Self:
        other: Self = super().copy()
        other._written = {}
        return other

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if connection.vendor not in self._written:
            self._written[connection.vendor] = super().as_sql(compiler, connection)
        return self._written[connection.vendor]


def annotate_once(rows: QuerySet[Any], **expressions: BaseExpression) -> QuerySet[Any]:
    """Annotate a queryset that is built once with expressions that are the same for every reader."""
    written = {name: WrittenOnce(expression) for name, expression in expressions.items()}
    annotated: QuerySet[Any] = rows.annotate(**written)
    return annotated

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from cases.tests.factories import CaseFactory


@pytest.fixture(autouse=True)
def _fresh_cache_and_numbers() -> Iterator[None]:
    """Forget what other tests cached, and keep factory cases clear of the numbers that drafts reserve."""
    CaseFactory.reset_sequence(500_000, force=True)
    cache.clear()
    yield
    cache.clear()

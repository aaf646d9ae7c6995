"""Keeps the words that a case is found by up to date."""

from collections.abc import Collection, Iterable

from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from cases.models import Case, SearchDocument
from cases.search import only_words

LONGEST_TITLE = 400
LONGEST_BODY = 200_000


def index_case(case: Case) -> None:
    """Rewrite what `case` is found by: reference, summary, customer, story, contacts and notes."""
    texts = [case.story, case.desired_outcome_detail]
    for contact in case.contacts.order_by("-happened_at", "-pk").values_list("subject", "body"):
        texts += contact
    texts += case.notes.order_by("-happened_at", "-pk").values_list("body", flat=True)
    document = search_document(case, texts)
    if not SearchDocument.objects.filter(case=case).update(title=document.title, body=document.body):
        document.save(force_insert=True)


def index_words(case_ids: Collection[int], *texts: str) -> int:
    """Let these cases be found by what was just said on them too, and return how many of them were indexed before.

    The newest words come first: of a case that is too long, the oldest are left out.
    """
    body = Concat(Value(f"{only_words(' '.join(texts))} "), F("body"))
    return SearchDocument.objects.filter(case__in=case_ids).update(body=Substr(body, 1, LONGEST_BODY))


def search_document(case: Case, texts: Iterable[str]) -> SearchDocument:
    """Return the unsaved document of `case`, for writers in bulk. Its customer must be at hand."""
    customer = case.customer
    numbers = [customer.account_number, customer.postcode, customer.external_id, case.external_id]
    title, body = search_words([case.reference, case.summary, customer.name], [*texts, *numbers])
    return SearchDocument(case=case, title=title, body=body)


def search_words(titles: Iterable[str], texts: Iterable[str]) -> tuple[str, str]:
    """Return the title and the body of a case's document: its words without any sign, cut to what is kept."""
    return only_words(" ".join(titles))[:LONGEST_TITLE], only_words(" ".join(texts))[:LONGEST_BODY]

"""Keeps the words that a case is found by up to date."""

from collections.abc import Iterable

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
    SearchDocument.objects.update_or_create(case=case, defaults={"title": document.title, "body": document.body})


def search_document(case: Case, texts: Iterable[str]) -> SearchDocument:
    """Return the unsaved document of `case`, for writers in bulk. Its customer must be at hand."""
    customer = case.customer
    numbers = [customer.account_number, customer.postcode, customer.external_id, case.external_id]
    title, body = search_words([case.reference, case.summary, customer.name], [*texts, *numbers])
    return SearchDocument(case=case, title=title, body=body)


def search_words(titles: Iterable[str], texts: Iterable[str]) -> tuple[str, str]:
    """Return the title and the body of a case's document: its words without any sign, cut to what is kept."""
    return only_words(" ".join(titles))[:LONGEST_TITLE], only_words(" ".join(texts))[:LONGEST_BODY]

from typing import Final

from django.db.models import BooleanField, ExpressionWrapper, Q

from accounts.models import User
from cases.models import Customer

OFFERED: Final = 8
SHORTEST: Final = 2
SHORTEST_NUMBER: Final = 4


def find_customers(words: str, *, user: User) -> list[Customer]:
    """Return the first customers whose name, phone, postcode or account number fits; names with a word that begins so come first."""
    words = " ".join(words.replace("\x00", "").split())
    if len(words) < SHORTEST:
        return []
    fits = Q(name__icontains=words) | Q(postcode__istartswith=words) | Q(account_number__istartswith=words)
    digits = "".join(filter(str.isdigit, words))
    if len(digits) >= SHORTEST_NUMBER and not any(map(str.isalpha, words)):
        fits |= Q(phone_digits__contains=digits)
    begins_with_it = Q(name__istartswith=words) | Q(name__icontains=f" {words}")
    found = Customer.objects.visible_to(user).filter(fits)
    return list(found.order_by(ExpressionWrapper(begins_with_it, BooleanField()).desc(), "name", "pk")[:OFFERED])

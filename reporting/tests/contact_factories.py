import factory

from accounts.choices import Role
from accounts.tests.factories import UserFactory
from cases.tests.factories import NOW
from reporting.models import ContactImport


class ContactImportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ContactImport

    file_name = "october.csv"
    digest = "0" * 64
    imported_by = factory.SubFactory(UserFactory, role=Role.ADMIN, team=None)
    imported_at = NOW

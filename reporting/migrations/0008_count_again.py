from django.db import migrations


def forget_the_facts(apps, schema_editor):
    """Facts without the new fields are thrown away; the next round of the worker counts every case again."""
    for name in ("DailyFact", "CaseFact", "FactsProgress"):
        apps.get_model("reporting", name).objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [("reporting", "0007_wider_facts")]

    operations = [migrations.RunPython(forget_the_facts, migrations.RunPython.noop)]

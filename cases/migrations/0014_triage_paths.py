from django.db import migrations, models
from django.db.models import F, Min, OuterRef, Subquery

UNHAPPY = "Is the customer unhappy with something we did or did not do?"
BROKEN = "Is a service broken, unavailable or unsafe right now?"
WORDS = {True: "Yes", False: "No"}


def keep_paths(apps, schema_editor):
    """Write the two answers of the first decision of each case as its path; later decisions were not asked."""
    decisions = apps.get_model("cases", "TriageDecision").objects
    decisions.update(outcome=F("kind"))
    first = decisions.filter(case=OuterRef("case")).order_by().values("case").annotate(pk=Min("pk")).values("pk")
    for unhappy in (True, False):
        for broken in (True, False):
            path = [
                {"question": UNHAPPY, "answer": WORDS[unhappy]},
                {"question": BROKEN, "answer": WORDS[broken]},
            ]
            asked = decisions.filter(is_unhappy=unhappy, is_disrupted=broken, pk=Subquery(first[:1]))
            decisions.filter(pk__in=asked.values("pk")).update(path=path)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an index cannot be made while foreign keys wait


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0008_triage_tree'),
        ('cases', '0013_support_needs'),
    ]

    operations = [
        migrations.AddField(
            model_name='triagedecision',
            name='outcome',
            field=models.CharField(choices=[('COMPLAINT', 'Complaint'), ('INCIDENT', 'Incident'), ('SERVICE_REQUEST', 'Service request'), ('ENQUIRY', 'Enquiry')], default='COMPLAINT', max_length=16),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='triagedecision',
            name='path',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='triagedecision',
            name='standard_code',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='triagedecision',
            name='tree',
            field=models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name='+', to='policies.triagetree'),
        ),
        migrations.RunPython(keep_paths, migrations.RunPython.noop, elidable=True),
    ]

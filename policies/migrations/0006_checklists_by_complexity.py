from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0005_letter_elements"),
    ]

    operations = [
        migrations.AddField(
            model_name="checklisttemplate",
            name="least_complexity",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
    ]

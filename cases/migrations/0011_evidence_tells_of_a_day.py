from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_contributions"),
    ]

    operations = [
        migrations.AddField(
            model_name='evidence',
            name='happened_on',
            field=models.DateField(blank=True, null=True, verbose_name='the day it tells of'),
        ),
    ]

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0014_triage_paths'),
    ]

    operations = [
        migrations.RemoveField(model_name='triagedecision', name='is_unhappy'),
        migrations.RemoveField(model_name='triagedecision', name='is_disrupted'),
    ]

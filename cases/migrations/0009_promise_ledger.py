import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_correspondence"),
    ]

    operations = [
        migrations.AddField(
            model_name='promise',
            name='contact',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='cases.contact', verbose_name='made in'),
        ),
        migrations.AddField(
            model_name='promise',
            name='evidence',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.evidence', verbose_name='proof'),
        ),
        migrations.AddField(
            model_name='promise',
            name='in_after_care',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='promise',
            name='repeats_days',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='comes again after this many days'),
        ),
        migrations.AddField(
            model_name='promise',
            name='told_late_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='promise',
            name='told_soon_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('state', 'OPEN')), fields=['due_at'], name='promise_open_due'),
        ),
    ]

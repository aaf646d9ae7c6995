import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_evidence_tells_of_a_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CasePack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('asked_at', models.DateTimeField()),
                ('is_redacted', models.BooleanField(default=False, verbose_name='for outside eyes')),
                ('state', models.CharField(choices=[('WAITING', 'Waiting to be made'), ('MAKING', 'Being made'), ('READY', 'Ready'), ('FAILED', 'Could not be made')], default='WAITING', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('done', models.PositiveIntegerField(default=0, verbose_name='steps done')),
                ('steps', models.PositiveIntegerField(default=0)),
                ('doing', models.CharField(blank=True, max_length=120)),
                ('pdf', models.FileField(blank=True, max_length=200, upload_to='')),
                ('pdf_sha256', models.CharField(blank=True, max_length=64)),
                ('archive', models.FileField(blank=True, max_length=200, upload_to='')),
                ('archive_sha256', models.CharField(blank=True, max_length=64)),
                ('left_out', models.JSONField(blank=True, default=list)),
                ('failure', models.CharField(blank=True, max_length=300)),
                ('ready_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='casepack',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='casepack',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='packs', to='cases.case'),
        ),
        migrations.AddIndex(
            model_name='casepack',
            index=models.Index(condition=models.Q(('state__in', ['MAKING', 'WAITING'])), fields=['asked_at'], name='pack_waits_to_be_made'),
        ),
        migrations.AddConstraint(
            model_name='casepack',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['MAKING', 'WAITING'])), fields=('case', 'asked_by', 'is_redacted'), name='one_pack_at_a_time'),
        ),
    ]

import accounts.models
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='work email')),
                ('full_name', models.CharField(max_length=120, verbose_name='name')),
                ('role', models.CharField(choices=[('AGENT', 'Agent'), ('TEAM_LEADER', 'Team leader'), ('MANAGER', 'Manager'), ('ADMIN', 'Admin'), ('DATA_PROTECTION', 'Data protection lead'), ('SYSTEM', 'System')], default='AGENT', max_length=20)),
                ('is_reviewer', models.BooleanField(default=False, verbose_name='reviews quality')),
                ('is_active', models.BooleanField(default=True)),
                ('time_zone', models.CharField(default='Europe/London', max_length=60, validators=[accounts.models.validate_time_zone])),
                ('theme', models.CharField(choices=[('SYSTEM', 'As the device'), ('LIGHT', 'Light'), ('DARK', 'Dark')], default='SYSTEM', max_length=10)),
                ('density', models.CharField(choices=[('COMFORTABLE', 'Comfortable'), ('COMPACT', 'Compact')], default='COMFORTABLE', max_length=12)),
            ],
            options={
                'ordering': ['full_name', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['AGENT', 'TEAM_LEADER', 'MANAGER', 'ADMIN', 'DATA_PROTECTION', 'SYSTEM'])), name='user_role_is_known'), models.UniqueConstraint(condition=models.Q(('role', 'SYSTEM')), fields=('role',), name='one_system_user')],
            },
        ),
        migrations.CreateModel(
            name='OutboxEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('headers', models.JSONField(blank=True, default=dict)),
                ('is_news', models.BooleanField(default=False)),
                ('attachments', models.JSONField(blank=True, default=list)),
                ('dedupe_key', models.CharField(max_length=160, unique=True)),
                ('message_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('PENDING', 'Waiting to be sent'), ('SENDING', 'Being sent'), ('SENT', 'Sent'), ('FAILED', 'Could not be sent'), ('WITHDRAWN', 'No longer needed'), ('CALLED_OFF', 'Called off before it left')], default='PENDING', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('maybe_duplicate', models.BooleanField(default=False)),
                ('send_after', models.DateTimeField()),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('failure', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField()),
                ('recipient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'send_after'], name='accounts_ou_state_56d217_idx'), models.Index(condition=models.Q(('sent_at__isnull', False)), fields=['sent_at'], name='email_sent')],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('text', models.CharField(max_length=300)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('url', models.CharField(max_length=200)),
                ('dedupe_key', models.CharField(max_length=120)),
                ('created_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('digest_at', models.DateTimeField(blank=True, null=True)),
                ('is_over_budget', models.BooleanField(default=False)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                ('digest_email', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='digest_lines', to='accounts.outboxemail')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['recipient', 'read_at', '-created_at'], name='accounts_no_recipie_a8acfa_idx'), models.Index(condition=models.Q(('digest_at__isnull', False), ('digest_email', None)), fields=['digest_at'], name='notification_waits_for_digest')],
                'constraints': [models.UniqueConstraint(fields=('recipient', 'dedupe_key'), name='notification_arrives_once')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SettingsChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(choices=[('PEOPLE', 'People'), ('TEAMS', 'Teams'), ('POLICIES', 'Policies'), ('RULES', 'Rules'), ('MESSAGES', 'Messages')], max_length=10)),
                ('subject', models.CharField(max_length=200)),
                ('subject_key', models.CharField(max_length=80)),
                ('what', models.CharField(max_length=60)),
                ('changes', models.JSONField(default=dict)),
                ('happened_at', models.DateTimeField()),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-happened_at', '-pk'],
                'indexes': [models.Index(fields=['area', '-happened_at'], name='accounts_se_area_cb0d3f_idx'), models.Index(fields=['subject_key', '-happened_at'], name='accounts_se_subject_901def_idx')],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=80, unique=True)),
                ('time_zone', models.CharField(default='Europe/London', max_length=60, validators=[accounts.models.validate_time_zone])),
                ('emails_an_hour', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('leaders', models.ManyToManyField(blank=True, related_name='led_teams', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='accounts.team'),
        ),
        migrations.CreateModel(
            name='MailStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200)),
                ('stopped_at', models.DateTimeField()),
                ('resumed_at', models.DateTimeField(blank=True, null=True)),
                ('is_in_force', models.BooleanField(default=True)),
                ('resumed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stopped_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-stopped_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_in_force', True)), fields=('is_in_force',), name='mail_is_stopped_once')],
            },
        ),
        migrations.CreateModel(
            name='NewsPreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('delivery', models.CharField(choices=[('IN_APP', 'In the app'), ('EMAIL', 'Email now'), ('DAILY', 'Daily summary'), ('OFF', 'Off')], max_length=8)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='news_preferences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['person', 'kind'],
                'constraints': [models.UniqueConstraint(fields=('person', 'kind'), name='one_preference_per_kind_of_news')],
            },
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(fields=['role', 'team'], name='accounts_us_role_ec8a34_idx'),
        ),
    ]

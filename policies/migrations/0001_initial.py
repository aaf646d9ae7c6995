import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='JourneyStage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='LetterTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('purpose', models.CharField(choices=[('ACKNOWLEDGEMENT', 'Acknowledgement'), ('HOLDING', 'Holding update'), ('DECISION', 'Decision'), ('CONFIRMATION', 'Ask the customer to confirm'), ('FORWARDING', 'Forward to another organisation'), ('INCIDENT_UPDATE', 'Incident update'), ('GENERAL', 'Other')], max_length=16)),
                ('subject', models.CharField(max_length=160)),
                ('body', models.TextField()),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['purpose', 'name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SupportNeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('label', models.CharField(max_length=80)),
                ('what_we_do', models.CharField(max_length=200)),
                ('rules_out', models.CharField(blank=True, choices=[('PHONE', 'Phone'), ('EMAIL', 'Email'), ('LETTER', 'Letter')], max_length=10, verbose_name='way to reach them that it rules out')),
                ('letter_style', models.CharField(choices=[('STANDARD', 'As usual'), ('LARGE_PRINT', 'Large print')], default='STANDARD', max_length=12)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Trigger',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('label', models.CharField(max_length=120)),
                ('effect', models.CharField(choices=[('NONE', 'Nothing more'), ('ABOUT_COLLEAGUE', 'The colleague named loses access'), ('ABOUT_LEADER_TOO', 'The colleague named and who leads them lose access'), ('SUPPORT_NEED', 'Ask which support the customer needs'), ('LEGAL', 'Legal or regulator: a manager signs off'), ('ABOVE_LIMIT', 'Loss above the front-line limit')], default='NONE', max_length=16)),
                ('priority_floor', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'P1 Critical'), (2, 'P2 High'), (3, 'P3 Medium'), (4, 'P4 Low')], null=True)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='BaseRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(unique=True, verbose_name='from')),
                ('percent', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='rate')),
            ],
            options={
                'ordering': ['-starts_on', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('percent__gte', -5), ('percent__lte', 50)), name='base_rate_is_a_percentage')],
            },
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('description', models.CharField(blank=True, max_length=200)),
                ('is_active', models.BooleanField(default=True)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
            ],
            options={
                'verbose_name_plural': 'categories',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ChecklistTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('COMPLAINT', 'Complaint'), ('INCIDENT', 'Incident'), ('SERVICE_REQUEST', 'Service request')], max_length=16)),
                ('least_complexity', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.category')),
                ('trigger', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.trigger')),
            ],
            options={
                'ordering': ['name', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='checklisttemplate_ends_after_it_starts')],
            },
        ),
        migrations.CreateModel(
            name='ChecklistTemplateItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(choices=[('FACTS', 'Facts'), ('PEOPLE', 'People'), ('RECORDS', 'Records'), ('POLICY', 'Policy'), ('FAIRNESS', 'Fairness')], max_length=10)),
                ('text', models.CharField(max_length=200)),
                ('hint', models.CharField(blank=True, max_length=300)),
                ('is_mandatory', models.BooleanField(default=False)),
                ('due_working_days', models.PositiveSmallIntegerField(default=5)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='policies.checklisttemplate')),
            ],
            options={
                'ordering': ['template', 'order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='LetterElement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('code', models.SlugField(max_length=40)),
                ('label', models.CharField(max_length=160, verbose_name='what the letter must say')),
                ('purpose', models.CharField(choices=[('ACKNOWLEDGEMENT', 'Acknowledgement'), ('HOLDING', 'Holding update'), ('DECISION', 'Decision'), ('CONFIRMATION', 'Ask the customer to confirm'), ('FORWARDING', 'Forward to another organisation'), ('INCIDENT_UPDATE', 'Incident update'), ('GENERAL', 'Other')], max_length=16)),
                ('kind', models.CharField(choices=[('COMPLAINT', 'Complaint'), ('INCIDENT', 'Incident'), ('SERVICE_REQUEST', 'Service request')], default='COMPLAINT', max_length=16)),
                ('phrases', models.JSONField(default=list)),
                ('from_day', models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                'ordering': ['purpose', 'label', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='letterelement_ends_after_it_starts'), models.UniqueConstraint(fields=('code', 'valid_from'), name='one_letter_element_per_code_and_date')],
            },
        ),
        migrations.CreateModel(
            name='LoadedPack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('digest', models.CharField(max_length=64)),
                ('loaded_at', models.DateTimeField()),
                ('loaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-loaded_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PolicyDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('title', models.CharField(max_length=120, unique=True)),
                ('slug', models.SlugField(max_length=120, unique=True)),
                ('summary', models.CharField(blank=True, max_length=300)),
                ('review_date', models.DateField(blank=True, null=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['title', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('DRAFT', 'Draft'), ('PUBLISHED', 'Published'), ('REPLACED', 'Replaced')], default='DRAFT', max_length=10)),
                ('effective_from', models.DateField(blank=True, null=True)),
                ('change_note', models.CharField(blank=True, max_length=300)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='policies.policydocument')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['document', '-number'],
                'constraints': [models.UniqueConstraint(fields=('document', 'number'), name='policy_version_number_is_unique'), models.UniqueConstraint(condition=models.Q(('state', 'PUBLISHED')), fields=('document',), name='one_published_version_per_policy'), models.CheckConstraint(condition=models.Q(('published_by', None), models.Q(('published_by', models.F('written_by')), _negated=True), _connector='OR'), name='policy_is_published_by_a_second_person')],
            },
        ),
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=12)),
                ('heading', models.CharField(max_length=160)),
                ('text', models.TextField()),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='policies.policyversion')),
            ],
            options={
                'ordering': ['version', 'order', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('version', 'number'), name='clause_number_is_unique')],
            },
        ),
        migrations.CreateModel(
            name='PriorityRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('impact', models.PositiveSmallIntegerField(choices=[(1, 'This customer – inconvenience'), (2, 'This customer – serious loss, distress or support need'), (3, 'Several customers'), (4, 'Many customers, or a safety or legal risk')])),
                ('urgency', models.PositiveSmallIntegerField(choices=[(1, 'It can wait for our normal time'), (2, 'It is getting worse, or there is a date within 5 working days'), (3, 'Harm is happening now')])),
                ('priority', models.PositiveSmallIntegerField(choices=[(1, 'P1 Critical'), (2, 'P2 High'), (3, 'P3 Medium'), (4, 'P4 Low')])),
                ('clause', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.clause')),
            ],
            options={
                'ordering': ['impact', 'urgency', 'valid_from', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='priorityrule_ends_after_it_starts'), models.UniqueConstraint(fields=('impact', 'urgency', 'valid_from'), name='one_priority_per_cell_and_date')],
            },
        ),
        migrations.CreateModel(
            name='RedressRange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('redress_type', models.CharField(choices=[('REFUND', 'Refund'), ('COMPENSATION', 'Compensation for financial loss'), ('DISTRESS', 'Distress and inconvenience'), ('GOODWILL', 'Goodwill'), ('WAIVER', 'Charge waived'), ('INTEREST', 'Interest')], max_length=14)),
                ('level', models.CharField(max_length=60)),
                ('guidance', models.CharField(blank=True, max_length=300)),
                ('minimum', models.DecimalField(decimal_places=2, max_digits=10)),
                ('maximum', models.DecimalField(decimal_places=2, max_digits=10)),
            ],
            options={
                'ordering': ['redress_type', 'minimum', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='redressrange_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('maximum__gte', models.F('minimum')), ('minimum__gte', 0)), name='redress_range_runs_upwards')],
            },
        ),
        migrations.CreateModel(
            name='RootCause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True)),
                ('label', models.CharField(max_length=100)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='policies.rootcause')),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SignOffRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('situation', models.CharField(choices=[('LEGAL', 'A legal or regulator trigger'), ('PRIORITY_1', 'Priority P1'), ('PRIORITY_2', 'Priority P2'), ('SUPPORT_NEED', 'The customer needs extra support'), ('ABOUT_COLLEAGUE', 'The complaint is about a colleague'), ('SECOND_STAGE', 'The second stage')], max_length=16)),
                ('least_role', models.CharField(choices=[('TEAM_LEADER', 'Team leader'), ('MANAGER', 'Manager')], max_length=20, verbose_name='at least')),
                ('approvers', models.PositiveSmallIntegerField(choices=[(1, 'One'), (2, 'Two')], default=1, verbose_name='how many people')),
            ],
            options={
                'ordering': ['situation', 'valid_from', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='signoffrule_ends_after_it_starts'), models.UniqueConstraint(fields=('situation', 'valid_from'), name='one_sign_off_rule_per_situation_and_date'), models.CheckConstraint(condition=models.Q(('approvers__in', [1, 2])), name='one_or_two_people_sign_off')],
            },
        ),
        migrations.CreateModel(
            name='TriageTree',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('number', models.PositiveIntegerField(unique=True)),
                ('state', models.CharField(choices=[('DRAFT', 'Draft'), ('PUBLISHED', 'Published'), ('REPLACED', 'Replaced')], default='DRAFT', max_length=10)),
                ('questions', models.JSONField(default=list)),
                ('sample_percent', models.PositiveSmallIntegerField(default=10)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('change_note', models.CharField(blank=True, max_length=300)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'DRAFT')), fields=('state',), name='one_draft_of_the_triage_tree'), models.UniqueConstraint(condition=models.Q(('state', 'PUBLISHED')), fields=('valid_from',), name='one_triage_tree_begins_on_a_day'), models.CheckConstraint(condition=models.Q(('published_by', None), models.Q(('published_by', models.F('written_by')), _negated=True), _connector='OR'), name='triage_tree_is_published_by_a_second_person'), models.CheckConstraint(condition=models.Q(('sample_percent__lte', 100)), name='triage_sample_is_a_percentage')],
            },
        ),
        migrations.CreateModel(
            name='AuthorityLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('role', models.CharField(blank=True, choices=[('AGENT', 'Agent'), ('TEAM_LEADER', 'Team leader'), ('MANAGER', 'Manager'), ('ADMIN', 'Admin'), ('DATA_PROTECTION', 'Data protection lead'), ('SYSTEM', 'System')], max_length=20)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='authority_limits', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['amount', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='authoritylimit_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', False), ('role', '')), models.Q(models.Q(('role', ''), _negated=True), ('person', None)), _connector='OR'), name='authority_is_for_a_role_or_a_person'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='authority_is_not_negative')],
            },
        ),
    ]

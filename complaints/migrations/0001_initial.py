import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('cases', '0001_initial'),
        ('policies', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ComplaintPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('number', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=300, verbose_name='what the customer says')),
                ('standard', models.TextField(blank=True, verbose_name='what should have happened')),
                ('facts', models.TextField(blank=True, verbose_name='what happened')),
                ('finding', models.CharField(blank=True, choices=[('UPHELD', 'Upheld'), ('PARTLY_UPHELD', 'Partly upheld'), ('NOT_UPHELD', 'Not upheld'), ('UNDECIDED', 'Could not decide')], max_length=14)),
                ('reason', models.TextField(blank=True)),
                ('impact', models.CharField(blank=True, max_length=300, verbose_name='what it meant for the customer')),
                ('remedy', models.CharField(blank=True, max_length=300, verbose_name='what we do about it')),
                ('version', models.PositiveIntegerField(default=1)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='cases.case')),
                ('clause', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.clause')),
                ('edited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('evidence', models.ManyToManyField(blank=True, related_name='points', to='cases.evidence')),
            ],
            options={
                'ordering': ['number', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('case', 'number'), name='points_are_numbered'), models.CheckConstraint(condition=models.Q(('finding', ''), models.Q(('reason', ''), _negated=True), _connector='OR'), name='finding_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='ConfirmationLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('failed_tries', models.PositiveSmallIntegerField(default=0)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='confirmation_links', to='cases.case')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.CharField(choices=[('SORTED', 'Yes, it is sorted'), ('PARTLY', 'Partly'), ('NO', 'No')], max_length=6)),
                ('said_by', models.CharField(max_length=120, verbose_name='who said it')),
                ('channel', models.CharField(choices=[('PHONE', 'Phone'), ('EMAIL', 'Email'), ('CHAT', 'Chat'), ('LETTER', 'Letter'), ('WEB', 'Web form'), ('SOCIAL', 'Social media'), ('IN_PERSON', 'In person')], default='PHONE', max_length=10)),
                ('words', models.TextField(blank=True, verbose_name='their exact words')),
                ('recorded_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='cases.case')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('link', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='complaints.confirmationlink')),
            ],
            options={
                'ordering': ['-recorded_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('answer', 'SORTED'), models.Q(('words', ''), _negated=True), _connector='OR'), name='unsorted_says_what_is_wrong')],
            },
        ),
        migrations.CreateModel(
            name='Contributor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contributors', to='cases.case')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'person'), name='contributor_is_listed_once')],
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('reason', models.CharField(max_length=200)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations_given', to=settings.AUTH_USER_MODEL)),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations_received', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-first_day', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('giver', models.F('receiver')), _negated=True), name='nobody_delegates_to_themselves'), models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='delegation_ends_after_it_starts')],
            },
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('satisfaction', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('ease', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('informed', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('recommend', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('comment', models.TextField(blank=True)),
                ('may_contact', models.BooleanField(blank=True, null=True)),
                ('confirmation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='feedback', to='complaints.confirmation')),
            ],
        ),
        migrations.CreateModel(
            name='FormerOwner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_owners', to='cases.case')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'person'), name='former_owner_is_listed_once')],
            },
        ),
        migrations.CreateModel(
            name='Forwarding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('is_whole', models.BooleanField(verbose_name='the whole complaint')),
                ('organisation', models.CharField(max_length=160)),
                ('contact', models.CharField(max_length=300, verbose_name='how the customer reaches them')),
                ('reason', models.CharField(max_length=300, verbose_name='why it is theirs')),
                ('forwarded_on', models.DateField()),
                ('told_on', models.DateField(blank=True, null=True, verbose_name='customer told on')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='forwardings', to='cases.case')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('points', models.ManyToManyField(blank=True, related_name='forwardings', to='complaints.complaintpoint')),
            ],
            options={
                'ordering': ['-forwarded_on', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('told_on', None), ('told_on__gte', models.F('forwarded_on')), _connector='OR'), name='customer_is_told_after_forwarding')],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300)),
                ('promises', models.JSONField(blank=True, default=list, verbose_name='ids of the promises that moved')),
                ('made_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merges', to='cases.case')),
                ('into', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merged_cases', to='cases.case')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('case',), name='case_is_merged_into_one'), models.CheckConstraint(condition=models.Q(('case', models.F('into')), _negated=True), name='case_is_not_merged_into_itself')],
            },
        ),
        migrations.CreateModel(
            name='OmbudsmanReferral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('body', models.CharField(max_length=120, verbose_name='which ombudsman')),
                ('reference', models.CharField(blank=True, max_length=60, verbose_name='their reference')),
                ('referred_on', models.DateField(verbose_name='they told us on')),
                ('file_due_on', models.DateField(blank=True, null=True, verbose_name='our file is due on')),
                ('file_sent_on', models.DateField(blank=True, null=True, verbose_name='our file went on')),
                ('decision', models.CharField(blank=True, choices=[('WITH_US', 'Agreed with us'), ('FOR_CUSTOMER', 'Changed in the customer’s favour'), ('SETTLED', 'Settled before a decision'), ('OUTSIDE', 'Outside their rules'), ('WITHDRAWN', 'Withdrawn by the customer')], max_length=14)),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('award', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
                ('award_due_on', models.DateField(blank=True, null=True, verbose_name='award to be paid by')),
                ('award_paid_on', models.DateField(blank=True, null=True, verbose_name='award paid on')),
                ('learning', models.TextField(blank=True, verbose_name='what we learn from it')),
                ('version', models.PositiveIntegerField(default=1)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='ombudsman', to='cases.case')),
                ('edited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-referred_on', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decision', ''), ('decided_on', None)), models.Q(models.Q(('decision', ''), _negated=True), ('decided_on__isnull', False)), _connector='OR'), name='ombudsman_decision_has_its_day'), models.CheckConstraint(condition=models.Q(('award', None), ('award__gte', 0), _connector='OR'), name='award_is_not_negative'), models.CheckConstraint(condition=models.Q(('decision', ''), models.Q(('learning', ''), _negated=True), _connector='OR'), name='ombudsman_decision_is_learnt_from')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField()),
                ('least_role', models.CharField(choices=[('AGENT', 'Agent'), ('TEAM_LEADER', 'Team leader'), ('MANAGER', 'Manager'), ('ADMIN', 'Admin'), ('DATA_PROTECTION', 'Data protection lead'), ('SYSTEM', 'System')], default='TEAM_LEADER', max_length=20)),
                ('approval', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='proposal', to='cases.approval')),
                ('promises', models.ManyToManyField(blank=True, related_name='+', to='cases.promise')),
                ('referred_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('voided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ProposedAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('CALL_BACK', 'Call back'), ('UPDATE', 'Send an update'), ('PAYMENT', 'Pay'), ('ACTION', 'Do something'), ('FOLLOW_UP', 'Check afterwards')], default='ACTION', max_length=10)),
                ('text', models.CharField(max_length=200)),
                ('due_date', models.DateField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposed_actions', to='cases.case')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['due_date', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RedressItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('redress_type', models.CharField(choices=[('REFUND', 'Refund'), ('COMPENSATION', 'Compensation for financial loss'), ('DISTRESS', 'Distress and inconvenience'), ('GOODWILL', 'Goodwill'), ('WAIVER', 'Charge waived'), ('INTEREST', 'Interest')], max_length=14, verbose_name='type')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10)),
                ('outside_reason', models.CharField(blank=True, max_length=300, verbose_name='why outside the usual range')),
                ('account', models.JSONField(blank=True, default=dict, verbose_name='how it was worked out')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='redress', to='cases.case')),
                ('point', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='redress', to='complaints.complaintpoint')),
                ('usual', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.redressrange')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='redress_is_more_than_nothing')],
            },
        ),
        migrations.CreateModel(
            name='Resolution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('has_apology', models.BooleanField(blank=True, null=True, verbose_name='do we apologise?')),
                ('apology', models.TextField(blank=True, verbose_name='words of the apology')),
                ('gives_wanted', models.CharField(blank=True, choices=[('YES', 'Yes'), ('PARTLY', 'Partly'), ('NO', 'No')], max_length=6, verbose_name='does it give the customer what they asked for?')),
                ('gives_wanted_reason', models.CharField(blank=True, max_length=500)),
                ('letter', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='resolution', to='cases.case')),
                ('edited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('definition', models.TextField(blank=True, verbose_name='what the complaint is, as agreed with the customer')),
                ('definition_agreed_on', models.DateField(blank=True, null=True)),
                ('stage', models.PositiveSmallIntegerField(choices=[(1, 'Stage 1'), (2, 'Stage 2')], default=1)),
                ('outcome', models.CharField(blank=True, choices=[('UPHELD', 'Upheld'), ('PARTLY_UPHELD', 'Partly upheld'), ('NOT_UPHELD', 'Not upheld'), ('UNDECIDED', 'Could not decide'), ('WITHDRAWN', 'Withdrawn by the customer'), ('OUT_OF_SCOPE', 'Out of scope'), ('FORWARDED', 'Forwarded to another organisation'), ('DUPLICATE', 'Same complaint as another case')], max_length=16)),
                ('outcome_reason', models.CharField(blank=True, max_length=500)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decision_sent_at', models.DateTimeField(blank=True, null=True)),
                ('answer_asked_at', models.DateTimeField(blank=True, null=True)),
                ('reopening_plan', models.TextField(blank=True, verbose_name='what we do about what is still wrong')),
                ('version', models.PositiveIntegerField(default=1)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='complaint', to='cases.case')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('decision_sent_at', None), ('decided_at__isnull', False), _connector='OR'), name='decision_is_made_before_sent')],
            },
        ),
    ]

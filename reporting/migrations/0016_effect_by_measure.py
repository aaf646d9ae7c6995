from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0015_count_once_more'),
    ]

    operations = [
        migrations.AddField(
            model_name='recommendation',
            name='checked',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='measure',
            field=models.CharField(blank=True, max_length=40, verbose_name='what is measured'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='weeks_before',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AlterField(
            model_name='recommendation',
            name='baseline',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=8, null=True, verbose_name='the figure now'),
        ),
        migrations.AlterField(
            model_name='recommendation',
            name='target',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=8, null=True, verbose_name='the figure to reach'),
        ),
    ]

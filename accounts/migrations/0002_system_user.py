from django.contrib.auth.hashers import make_password
from django.db import migrations


def add_system_user(apps, schema_editor):
    """The clocks and the nightly work act in somebody's name; nobody can sign in as them."""
    User = apps.get_model("accounts", "User")
    if not User.objects.filter(role="SYSTEM").exists():
        User.objects.create(
            email="system@redress.invalid", full_name="Redress", role="SYSTEM", password=make_password(None)
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(add_system_user, migrations.RunPython.noop)]

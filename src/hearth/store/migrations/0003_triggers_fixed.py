"""The triggers are passed over by nobody, and they look at our tables alone (store/triggers.py)."""

from typing import ClassVar

from django.db import migrations

from hearth.store.triggers import FIXED


class Migration(migrations.Migration):
    """Said of every trigger there is."""

    dependencies: ClassVar = [("store", "0002_claim_desk")]

    operations: ClassVar = [migrations.RunSQL(FIXED, migrations.RunSQL.noop)]

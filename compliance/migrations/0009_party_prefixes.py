import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

import dwaybank.db.indexes


class Migration(migrations.Migration):
    """Parties are found by how their key or name begins."""

    atomic = False

    dependencies = [("compliance", "0008_breach_origins")]

    operations = [
        AddIndexConcurrently(
            model_name='party',
            index=dwaybank.db.indexes.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('party_key'), 'text_pattern_ops'), name='idx_parties_key_prefix'),
        ),
        AddIndexConcurrently(
            model_name='party',
            index=dwaybank.db.indexes.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('surname'), 'text_pattern_ops'), condition=models.Q(('surname', ''), _negated=True), name='idx_parties_surname_prefix'),
        ),
        AddIndexConcurrently(
            model_name='party',
            index=dwaybank.db.indexes.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('entity_name'), 'text_pattern_ops'), condition=models.Q(('entity_name', ''), _negated=True), name='idx_parties_entity_name_prefix'),
        ),
    ]

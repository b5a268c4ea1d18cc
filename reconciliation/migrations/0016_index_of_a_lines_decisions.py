import django.db.models.fields.json
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations

from dwaybank.db.indexes import GinIndex


class Migration(migrations.Migration):
    """A decision on several bank lines is found from each of them."""

    atomic = False

    dependencies = [
        ("reconciliation", "0015_index_of_a_conflicts_comparisons"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="mappingdecision",
            index=GinIndex(
                django.db.models.fields.json.KeyTransform("statuses", "before"),
                name="idx_mapping_decisions_lines",
            ),
        ),
    ]

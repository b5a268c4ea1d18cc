from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from dwaybank.db.indexes import Index


class Migration(migrations.Migration):
    """The comparisons of a balance conflict are found without reading all of them."""

    atomic = False

    dependencies = [
        ("reconciliation", "0014_indexes_of_the_queues"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="balancesynchistory",
            index=Index(
                condition=models.Q(("conflict_resolution_id__isnull", False)),
                fields=["conflict_resolution_id", "-sync_timestamp"],
                name="idx_balance_sync_history_resolution",
            ),
        ),
    ]

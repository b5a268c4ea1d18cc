"""What waits in bank integration, for the first page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dwaybank.admin.cards import Card, register_card
from dwaybank.admin.display import Tone, list_url
from integrations.admin.error_triage import triage_url
from integrations.enums import ConnectionStatus, FileStatus
from integrations.models import BankConnection, IntegrationError, StatementFile
from integrations.models.integration_errors import OPEN

_RECENT_DAYS: Final = 30


def _recent_files_with_problems() -> QuerySet[Any]:
    since = timezone.now() - timedelta(days=_RECENT_DAYS)
    return StatementFile.objects.filter(file_status__in=[FileStatus.PARTIAL, FileStatus.REFUSED], created_at__gte=since)


register_card(
    Card(
        name="files-waiting",
        title=_("Files to review"),
        what=_("Uploaded, not yet imported"),
        queryset=lambda: StatementFile.objects.filter(file_status=FileStatus.RECEIVED),
        url=lambda: list_url("integrations.StatementFile", "file_status__exact=received"),
        permission="integrations.import_statement",
        oldest="created_at",
        ordered=True,
        rank=10,
    )
)
register_card(
    Card(
        name="files-problems",
        title=_("Imports with problems"),
        what=_("Refused or taken in part, last 30 days"),
        queryset=_recent_files_with_problems,
        url=lambda: list_url("integrations.StatementFile", "file_status__in=partial,refused"),
        permission="integrations.view_statementfile",
        oldest="created_at",
        tone=Tone.WARNING,
        rank=20,
    )
)
register_card(
    Card(
        name="errors",
        title=_("Unresolved errors"),
        what=_("New, in progress or escalated"),
        queryset=lambda: IntegrationError.objects.filter(resolution_status__in=OPEN),
        url=triage_url,
        permission="integrations.view_integrationerror",
        oldest="occurred_at",
        tone=Tone.BAD,
        rank=30,
    )
)
register_card(
    Card(
        name="connections",
        title=_("Connections needing attention"),
        what=_("Their consent has ended, or they fail"),
        queryset=lambda: BankConnection.objects.filter(
            connection_status__in=[ConnectionStatus.EXPIRED, ConnectionStatus.ERROR], deleted_at__isnull=True
        ),
        url=lambda: list_url("integrations.BankConnection", "connection_status__in=expired,error"),
        permission="integrations.view_bankconnection",
        oldest="updated_at",
        tone=Tone.BAD,
        rank=25,
    )
)

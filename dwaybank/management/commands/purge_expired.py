"""Command ``purge_expired``: what is past its retention, and its removal once two people agreed."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from dwaybank import retention
from dwaybank.actor import Actor
from dwaybank.db.patience import LockedByOthers
from dwaybank.models import User


class Command(BaseCommand):
    """Count by default; plan with --plan; remove what was planned and approved with --execute."""

    help = (
        "Show what is past its retention (default), plan a purge (--plan E-MAIL), or carry out the plans that a second "
        "person approved (--execute). Exit code: 0 done, 1 refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which rule, and how far to go."""
        parser.add_argument("--rule", default="", help="only this rule")
        step = parser.add_mutually_exclusive_group()
        step.add_argument("--plan", metavar="E-MAIL", help="plan the purge of what is due, in this person's name")
        step.add_argument("--execute", action="store_true", help="carry out the approved plans")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Show, plan or carry out; say what was done."""
        now = timezone.now()
        try:
            chosen = [retention.retention_rule(options["rule"])] if options["rule"] else retention.retention_rules()
            if options["execute"]:
                result = self._execute(options["rule"], now)
            elif options["plan"]:
                result = self._plan(chosen, options["plan"], now)
            else:
                result = [
                    {
                        "rule": one.rule.name,
                        "due": one.due,
                        "held": one.held,
                        "kept": one.kept,
                        "keeps": one.rule.keeps,
                    }
                    for one in (retention.count_due(rule, now) for rule in chosen)
                ]
        except (retention.RetentionRefused, LockedByOthers) as refusal:
            raise CommandError(str(refusal)) from None
        if options["json"]:
            self.stdout.write(json.dumps({"dry_run": not options["execute"], "rules": result}, indent=2))
            return
        for line in result:
            kept = line.pop("kept", {})
            self.stdout.write(", ".join(f"{name}: {value}" for name, value in line.items()))
            for reason, rows in kept.items():
                self.stdout.write(f"  kept: {rows}, {reason}")
        if not options["execute"] and not options["plan"]:
            self.stdout.write("Nothing was removed. Plan with --plan E-MAIL; somebody else approves; then --execute.")

    def _plan(self, chosen: list[retention.RetentionRule], email: str, now: Any) -> list[dict[str, Any]]:
        person = User.objects.filter(email=email.lower(), is_staff=True, is_active=True).first()
        if person is None:
            raise CommandError(f"{email} is no active member of staff.")
        plans = [
            retention.plan_purge(rule=rule, at=now, by=person) for rule in chosen if retention.count_due(rule, now).due
        ]
        return [{"plan": str(plan.pk), "rule": plan.rule_name, "due": plan.rows_due} for plan in plans]

    def _execute(self, rule_name: str, now: Any) -> list[dict[str, Any]]:
        result = []
        for plan in retention.approved_plans(now, rule_name):
            actor = Actor(plan.approved_by_id, "command:purge_expired", f"plan {plan.pk}")
            with tqdm(total=plan.rows_due, unit="row", desc=plan.rule_name, disable=None) as bar:
                purged = 0
                for batch in retention.execute_plan(plan=plan, at=now, actor=actor):
                    purged += batch
                    bar.update(batch)
            result.append({"rule": plan.rule_name, "plan": str(plan.pk), "purged": purged})
        if not result:
            raise CommandError("No approved plan waits. Plan with --plan E-MAIL, and let somebody else approve it.")
        return result

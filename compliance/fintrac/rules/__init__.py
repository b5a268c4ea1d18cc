"""Check layer 2: the business rules of a report whose shape may be right and whose content is not."""

from compliance.fintrac.rules.checking import check_rules
from compliance.fintrac.rules.context import RuleSettings

__all__ = ["RuleSettings", "check_rules"]

"""Reports of a period and of incidents, drafted from the system's own data."""

from compliance.periodic.building import TYPES, BuildRefused, Built, build_report

__all__ = ["TYPES", "BuildRefused", "Built", "build_report"]

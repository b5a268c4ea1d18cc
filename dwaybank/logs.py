"""Structured logs: one JSON object a line in production, readable lines elsewhere; each with run and run_id."""

from __future__ import annotations

import logging
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ExtraAdder(),
]


class RefusalsWithoutTraceback(logging.Filter):
    """A page refused or not found (4xx) is an answer, not a fault: its line stays, its traceback goes."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True; drops `exc_info` where Django noted a status below 500."""
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True


def logging_settings(*, as_json: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, the standard library's loggers included."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    rendered: list[Any] = (
        [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _SHARED,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": formatter},
        "filters": {"refusals": {"()": RefusalsWithoutTraceback}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.request": {"filters": ["refusals"]},
            "dwaybank.request": {"level": "INFO" if as_json else level},
            # they log addresses (ids of consents and logins stand in some) and, at DEBUG, headers with tokens
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
        },
    }

"""Ids that follow time, for what comes thousands of rows at a time."""

from __future__ import annotations

import secrets
import time


def time_ordered_beginning() -> str:
    """The first 28 of an id's 36 characters (RFC 9562, UUID version 7); the row's place in its run, as eight hex
    digits, makes the others.

    Rows of one run get neighbouring ids, later runs greater ones, so that an index by id grows at its end however many
    rows there are. 42 bits of chance keep runs of one millisecond apart.
    """
    chance = secrets.token_hex(6)
    milliseconds = f"{time.time_ns() // 1_000_000:012x}"
    variant = "89ab"[secrets.randbelow(4)]
    return f"{milliseconds[:8]}-{milliseconds[8:]}-7{chance[:3]}-{variant}{chance[3:6]}-{chance[6:10]}"

"""French Canadian: ``1 234,56``, ``26 novembre 2026``, ``14 h 30``; in tables ``2026-11-26``, as CSA Z234.4 has it.

Django has the rest; spaces within a figure or a time do not break.
"""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H\xa0\\h\xa0i"
DATETIME_FORMAT = "j F Y, H\xa0\\h\xa0i"
SHORT_DATETIME_FORMAT = "Y-m-d H\xa0\\h\xa0i"
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\xa0"
NUMBER_GROUPING = 3

"""PostgreSQL 18 from a wheel, for machines without a server: used where DATABASE_URL is not set.

``server`` starts and finds it; ``base`` is the database backend that starts it at the first connection.
"""

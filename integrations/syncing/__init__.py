"""Bank data by itself: connections are synced on schedule, on webhook and on demand.

``requests`` is the way in: it notes that a sync is wanted and queues it. ``running`` runs one connection, ``access``
opens and renews its tokens, ``errors`` says what an error means and when to try again, ``due`` finds what is to be
done. Rows go through ``integrations.importing`` like those of statement files.
"""

from integrations.syncing.requests import register_listener, request_sync

__all__ = ["register_listener", "request_sync"]

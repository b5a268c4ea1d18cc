"""Webhooks in: a request is verified before anything of it is parsed, kept, answered, and worked on by the queue.

``verifying`` asks the connectors' own checks whether bytes and headers are what the sender signed; ``receiving``
decides and keeps; ``processing`` asks for a sync. What a webhook says is a hint: the sync fetches the truth.
"""

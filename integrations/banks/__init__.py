"""Live bank connections: one folder per protocol, one contract (``contract``), one list of them (``registry``)."""

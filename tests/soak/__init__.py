"""Soak of live connections: a real sandbox bank over HTTP, real workers that are killed, every fault; then the truth.

``world`` is the bank, its customers and their consents; ``planned`` gives each connection one fault and knows exactly
what must follow; ``running`` kills workers while every fault comes by chance; ``checks`` compares what is stored with
what the sandbox holds and did. ``python -m tests.soak`` runs it as long as wanted, a test runs it short.
"""

"""A sandbox bank: a real HTTP server on this machine that speaks what the four banks and two aggregators speak.

``history`` is what happens on accounts, as a pure function of a seed; ``bank`` looks at it at one moment; ``fdx``,
``plaid`` and ``flinks`` put it into their protocols; ``faults`` decides what goes wrong; ``server`` carries it by HTTP.
Nothing of it is imported by connectors or syncs.
"""

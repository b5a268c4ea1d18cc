"""Bank data comes in: statement files, bank APIs and webhooks, kept raw, normalised, never twice."""

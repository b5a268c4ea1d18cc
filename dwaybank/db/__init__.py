"""Parts that models and migrations of every app are built from."""

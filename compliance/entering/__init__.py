"""Typing in parties and receipts of cash: one form each, used by the admin and by imports of files alike."""

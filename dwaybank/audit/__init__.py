"""The audit's proof: events sealed into a chain, verified, and anchored outside the database."""

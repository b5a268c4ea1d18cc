"""System checks of the ground floor; each says the remedy."""

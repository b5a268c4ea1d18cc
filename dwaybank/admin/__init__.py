"""Admin screens of the ground floor."""

"""Memberships: steps, fees and years."""

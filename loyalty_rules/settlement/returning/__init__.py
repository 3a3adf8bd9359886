"""Goods that come back: what is taken back, given back, and owed."""

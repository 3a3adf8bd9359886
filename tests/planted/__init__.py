"""Mistakes that are put into the code on purpose: each has to turn a test red."""

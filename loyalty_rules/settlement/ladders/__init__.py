"""Levels: reached, reviewed, assigned, and what follows from them."""

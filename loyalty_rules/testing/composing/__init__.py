"""Whole programmes drawn from the grammar's own tables: every block, random subsets of what the language has, made so
that a file checks."""

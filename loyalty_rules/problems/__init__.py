"""The kinds of mistakes that a rule file can have: one frozen class each, no texts."""

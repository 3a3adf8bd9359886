"""Pure folds over what is known about a member: lots, counters, standings. Knows nothing of the language."""

"""Where engine and ledger meet: one event settled into a new member and the effects that tell what changed."""

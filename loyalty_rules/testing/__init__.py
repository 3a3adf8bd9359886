"""What tests a programme: the runner of a rule file's own examples."""

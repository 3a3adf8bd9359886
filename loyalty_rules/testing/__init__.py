"""What checks a programme: the examples of its own rule file."""

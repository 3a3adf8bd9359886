"""What time brings about: the sequence at one instant, rules that wait for time, lives and ends of units."""

"""What rules give, posted into purses: at once, over a period, and at its end."""

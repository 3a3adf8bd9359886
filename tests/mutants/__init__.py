"""Small changes of the code, one at a time: each has to turn a test red, or be shown to change nothing."""

"""Orders made from a programme's own text: what would have to happen for these rules to act, tried before it is shown.

A draft collects what conditions ask for (a weekday, a category, a level, an amount); the order made of it is run
through the evaluator, and only an order that does what was wanted is returned. Nothing is proved by finding none.
"""

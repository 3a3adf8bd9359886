"""Everything with I/O, a clock or a framework. What decides is in the rest of the package and knows nothing of this."""

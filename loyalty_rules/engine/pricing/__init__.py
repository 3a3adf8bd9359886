"""Stage 5: what offers take off the prices of an order.

`reducing` is one offer alone, `combining` its group and all groups, `lowering` the lines that are left, and `tracing`
why each offer took off what it did.
"""

"""What can be said of a programme without an order: upper bounds on what it gives, and the promises that they prove.

Everything here is an over-estimate: a rule may act wherever nothing rules it out. So what is proved holds of every
order of every member; what is not proved may hold all the same.
"""

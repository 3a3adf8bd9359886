"""A programme with a bit of everything, for the tests of the harness."""

from __future__ import annotations

from typing import Final

CLUB: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Berlin
  basis money paid
  prices include tax
  returns refused
  late events refused
end

facts
  line fact vegan is yes or no
  order fact table_number is number optional
  member fact birthday is yearly date leap day on 28 february optional
end

event review
  fact stars is number
  fact visited is instant
end

purse bonus "Bonus points"
  rules add up
  round down per order
  hold at most 5 000 bonus
  usable after 2 days
  expire after 1 month
end

products Coffee
  where category is one of "coffee", "beans"
end

segment staff
  supplied by host
end

tiers status
  level silver when spend in last 30 days at least 400 RUB
  level gold above silver when spend in last 30 days at least 900 RUB
  upgrade from next order
  review at end of calendar month
  downgrade one level
end

earn base "Base points"
  on any product
  give 1 bonus per 10 RUB
  cap 60 bonus per order
  cap 150 bonus per member in calendar month
end

earn vegan_coffee
  when clock time at least 09:30
  on Coffee
  give 5 bonus
  limit 2 per member in last 7 days
end

earn lots_of_money
  when money paid at least 777 RUB
  give 7 bonus
end

earn reviewed
  after event review
  when stars at least 4
  when visited at least 2026-03-01 09:30
  give 20 bonus
end

boost weekend
  changes base
  when weekday is one of saturday, sunday
  multiply by 2
  cap 30 bonus per order
end

group together
  rule base
  rule lots_of_money
  add up
  cap 64 bonus per order
end
"""

#: Points that become miles when the member asks for it.
MILES: Final = """loyalty rules 1

programme "Miles"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus
  round down per order
  usable at once
  expire after 3 months
  take oldest first
end

purse miles
  round down per order
  usable at once
  expire never
end

earn base
  on any product
  give 1 bonus per 10 RUB
end

conversion flight
  on request
  uses all of bonus
  minimum 20 bonus
  give 1 miles per full 3 bonus
end

redeem pay
  uses bonus
  pays 1 RUB per 1 bonus
  pay at most 50% of price after discounts
  on any product
  too much is lowered
end
"""

#: Goods come back, points are set aside, and members give to others.
BACK: Final = """loyalty rules 1

programme "Back"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns in proportion within 14 days
  refund tenders in proportion
  late events refused
end

purse bonus
  round down per order
  take oldest first
  transfer at most 50 bonus in calendar month
  after a return take only what is left
  usable at once
  expire after 3 months
end

earn base
  on any product
  give 1 bonus per 10 RUB
end

redeem pay
  uses bonus
  pays 1 RUB per 1 bonus
  on any product
  too much is lowered
end
"""

"""A checked programme, a member and an event in; what every rule gives, and why, out. Changes no member: that is the
ledger's."""

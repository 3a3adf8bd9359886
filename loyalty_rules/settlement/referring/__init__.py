"""Referrals: who invited whom, what follows for the inviter when a friend does something, and what falls again."""

"""What happens to an account as a whole: by hand, between members, in another denomination."""

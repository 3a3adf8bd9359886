"""Points, rewards and vouchers that are used: at an order, set aside, sold, converted."""

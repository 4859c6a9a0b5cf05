"""Routes: an address, what it needs from the services, what it answers. Plain functions."""

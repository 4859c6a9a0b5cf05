"""Status lists as values: bits, places, and the published form."""

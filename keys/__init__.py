"""The vault: what a key is, what may sign, and where secrets sleep."""

"""Out of the door: the ways in which a credential reaches people and places."""

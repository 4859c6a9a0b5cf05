"""The door: pages for people and an API for programs, over services."""

"""Bytes in, secured bytes out: prepare and seal, read and open, side by side.

This room reads no clock, fetches nothing and never sees a secret.
"""

"""Verification, pure and offline: bytes, material, policy and a moment give a report."""

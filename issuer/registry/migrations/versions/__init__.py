"""One file a version, applied in order."""

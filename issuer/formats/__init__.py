"""One award, several tongues: compose a draft, lint it, read it back."""

"""The nouns: frozen, validated, without any deed."""

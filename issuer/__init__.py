"""The workshop: from an assessment result to a credential that anyone can check."""

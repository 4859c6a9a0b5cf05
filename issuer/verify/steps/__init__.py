"""The steps of a verification: one question a module, each from a case to a finding."""

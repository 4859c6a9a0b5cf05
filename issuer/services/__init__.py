"""One verb a module: what the workshop does, in the order of the flow."""

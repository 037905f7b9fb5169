"""The module contract and the registry that reads it: dataclasses and named ports, no behaviour of its own."""

"""Which entity each mention refers to: known ids, ids of product families, stable ids for unknown names."""

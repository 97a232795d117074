"""The only steps that see the whole corpus: duplicates, entities, aliases, triples. DuckDB counts; what does not fit in memory spills."""

"""How good are the tables: against gold, and against themselves."""

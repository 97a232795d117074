"""The trained recogniser: a small encoder in int8 that reads units, windows of pieces, and gives each unit a tag."""

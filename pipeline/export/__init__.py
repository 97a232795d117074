"""Layers to what people load: flat Parquet tables and the formats of other tools."""

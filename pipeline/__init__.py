"""istikhraj: Arabic text in, Parquet tables out.

`read_tables("out")` gives the tables of a run as pandas frames.
"""

from pipeline.export.load import read_tables

__all__ = ["read_tables"]

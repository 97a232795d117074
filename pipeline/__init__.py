"""istikhraj: Arabic text in, Parquet tables out.

`read_tables("out")` gives the tables of a run as pandas frames, `load_gold("tests/gold")` the annotated corpus.
"""

from pipeline.evaluate.frames import load_gold
from pipeline.export.load import read_tables

__all__ = ["load_gold", "read_tables"]

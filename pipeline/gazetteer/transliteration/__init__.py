"""Transliteration between Arabic and Latin letters: generating spellings, and telling whether two are one name."""

from pipeline.gazetteer.transliteration.names import Transliterator

__all__ = ["Transliterator"]

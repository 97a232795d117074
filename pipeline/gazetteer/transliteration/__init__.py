"""Transliteration between Arabic and Latin letters: generating spellings, and telling whether two are one name."""

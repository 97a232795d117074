"""Values by rules: `Values` finds DATE, MONEY, PERCENT and QUANTITY with their normalised values."""

from pipeline.ner.values.finder import Values

__all__ = ["Values"]

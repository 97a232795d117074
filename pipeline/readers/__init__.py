"""Files of many kinds to documents: raw text, decoded once and never changed again."""

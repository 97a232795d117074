"""Sentences and words of Arabic news, with the proclitics marked off."""

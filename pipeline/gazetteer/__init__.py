"""Known entities and their spellings: a library without a door that `ner` and `link` use."""

"""The recogniser of the fast tier: a linear-chain CRF taught by the encoder tier on raw news, and by the gold.

`silver` has raw text read by the default run, `examples` makes units, tags and features of silver and gold, `fit` trains and writes
models/crf; `python -m pipeline.train.crf` runs one of these steps. Needs the extra `train`.
"""

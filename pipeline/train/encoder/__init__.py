"""The recogniser of names and the classifier of relations on one encoder: from a pretrained encoder and corpora to int8 weights.

`vocabulary` and `convert` make the base, `corpora` and `pairs` the examples, `network` is the model, `fit` trains it, `export` writes
ONNX in int8, and `python -m pipeline.train.encoder` runs one of these steps. Needs the extra `train`.
"""

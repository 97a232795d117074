"""Graphs that onnxruntime runs.

In: a file and a number of threads. Out: a session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def session(path: Path, *, threads: int) -> Any:
    """A session on the processor. Raises ConfigError without onnxruntime, and what onnxruntime raises where the file is no graph."""
    try:
        import onnxruntime
    except ImportError:  # pragma: no cover - a broken installation
        raise ConfigError("models need the package onnxruntime: pip install onnxruntime") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

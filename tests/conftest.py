"""What all tests share: the configuration and a few Arabic texts that make trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, settings

from pipeline.config import ROOT, Config, load
from pipeline.core.schema import DOCUMENTS
from pipeline.readers.records import sha256
from pipeline.run.run import run

if TYPE_CHECKING:
    from pathlib import Path

settings.register_profile(
    "project", deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("project")

TEXTS = (
    "أعلنت شركة علي بابا (Alibaba) الصينية إطلاق نموذج Qwen 3 بتكلفة 5.6 مليون دولار في يناير الماضي.",
    "لم تستحوذ ديب سيك على مانوس، بحسب رويترز. وقال لي يون إنّ «الشركة» تعتزم جمع ٣٫٥ مليار يوان!",
    "وللصين ولعلي‌بابا ولـOpenAI حصة 20% من السوق\n\nاقرأ أيضاً\nمنذ 3 ساعات\n",
    "",
    "   \n\n ",
    "ً ٌ ٍ ـــ \u200f\u200e\u202b",
    "🚀🚀 100مليون$$$٪٪ ؟؟ !! ... «« »»",
    "كلمة" * 3000,
    "OpenAI ChatGPT GPT-4o iPhone 15 Pro",
    "و ف ب ل ك س لل ال",
    "ﷲ ﷺ ﻻ ﺍﻟﻌﺮﺑﻴﺔ ½ ² ™",
)


@pytest.fixture(scope="session")
def config() -> Config:
    return load()


def documents(texts: list[str]) -> pa.RecordBatch:
    """A batch as the readers make it."""
    rows = [
        {"doc_id": f"d{i}", "source": f"d{i}.txt", "n_chars": len(text), "text": text, "text_sha256": sha256(text)}
        for i, text in enumerate(texts)
    ]
    return pa.RecordBatch.from_pylist(rows, schema=DOCUMENTS)


class Quiet:
    """A run that shows nothing, and remembers its phases."""

    def __init__(self) -> None:
        self.phases: list[str] = []

    def phase(self, name: str, total: int, unit: str) -> None:
        self.phases.append(name)

    def advance(self, amount: int) -> None:
        pass


@pytest.fixture(scope="session")
def project_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run on the project's own articles, as `make extract` makes it."""
    out = tmp_path_factory.mktemp("project") / "out"
    run(load(), [str(ROOT / "seeds" / "documents")], out, progress=Quiet())
    return out

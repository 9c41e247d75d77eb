"""Classify the comments of a lake of Parquet files with Dask: on all cores, or on the cluster that you name.

    python examples/classify_lake.py comments/ verdicts/ [tcp://SCHEDULER:8786]

Needs ``pip install commentguard[dask,dataframe] dask[dataframe]``, on the cluster's workers too. Only the columns that
are looked at are read, and of the files only the row groups that may hold published comments. Each partition is one
call: where comments bring no `thread` of their own, keep those of a post in one file, sorted by date.
"""

from __future__ import annotations

import sys

import dask.dataframe as dd
from distributed import Client

from commentguard.dataframe import classify

COLUMNS = ["id", "type", "text", "author", "author_url", "date", "status", "post_id", "post_title", "post_text"]
VERDICTS = {
    "id": "string", "label": "string", "p_spam": "float64", "p_off_topic": "float64", "p_substantive": "float64",
    "needs_review": "bool", "reasons": "string",
}  # fmt: skip


def main(source: str, target: str, scheduler: str | None = None) -> None:
    """Read `source`, write a file of verdicts for each partition into `target`."""
    comments = dd.read_parquet(source, columns=COLUMNS, filters=[("status", "==", "approved")])
    verdicts = comments.map_partitions(classify, meta=VERDICTS)
    with Client(scheduler) if scheduler else Client(threads_per_worker=1, dashboard_address=None):
        verdicts.to_parquet(target, write_index=False)
    labels = dd.read_parquet(target, columns=["label"])["label"].value_counts().compute()
    sys.stdout.write(", ".join(f"{label} {count:,}" for label, count in sorted(labels.items())) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Where a model's files are: in a folder on disk, or by hub id in the local cache of the hub."""

from __future__ import annotations

import re
from pathlib import Path

from index.errors import IndexUnusable

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def find_model(model: str, kind: str, advice: str) -> Path:
    """The folder of a model, downloaded where it is a hub id that was not before.

    Raises:
        IndexUnusable: there is none; the message names the `kind` of model and gives the `advice`.
    """
    if Path(model).is_dir():
        return Path(model)
    if not _HUB_ID.fullmatch(model):
        raise IndexUnusable(f"the {kind} {model!r} is neither a folder nor a hub id: {advice}")
    return _from_hub(model, kind, advice)


def _from_hub(model: str, kind: str, advice: str) -> Path:
    from httpx import HTTPError
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    try:
        # What was downloaded before is used as it is: the index goes with these very files.
        return Path(snapshot_download(model, local_files_only=True))  # nosec B615 # see above
    except (OSError, ValueError):
        pass
    try:
        return Path(snapshot_download(model))  # nosec B615 # an index keeps its fingerprint
    except (HfHubHTTPError, HTTPError, OSError, ValueError) as error:
        raise IndexUnusable(
            f"the {kind} {model!r} is no folder and cannot be had from the model hub "
            f"({type(error).__name__}): {advice}"
        ) from error

"""The exceptions of this layer."""

from __future__ import annotations


class IndexUnusable(Exception):
    """There is no index that can answer; the message says why and what to do."""


class TrainingImpossible(Exception):
    """An embedding model cannot be trained; the message says why and what to do."""

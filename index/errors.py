"""The one exception of this layer."""

from __future__ import annotations


class IndexUnusable(Exception):
    """There is no index that can answer; the message says why and what to do."""

"""The index of a running service: the active generation, followed as it changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from index.database import DATABASE
from index.embedding import BUNDLED, Embedder, ModelEmbedder, full_name
from index.errors import IndexUnusable
from index.generation import Manifest, read_manifest
from index.snapshot import Snapshot, load_active
from index.store import Store

POLL_SECONDS = 1.0
_LOG = logging.getLogger(__name__)


class LiveIndex:
    """Gives the current snapshot; with `follow`, a thread loads each new generation beside the
    old one and then exchanges them, so that a request keeps the snapshot that it began with.
    """

    def __init__(
        self, directory: Path, *, model: str | None = None, follow: bool = False,
        load_model: bool = True,
        make_embedder: Callable[[str], Embedder] = ModelEmbedder,
    ) -> None:
        """Open the index; `model`, if given, must be the one that it was built with. Without
        `load_model` only what asks for no embedding can be asked.

        Raises:
            IndexUnusable: without `follow`, when there is no usable index.
        """
        self.directory = directory
        self._model = model
        self._load_model = load_model
        self._make_embedder = make_embedder
        self._snapshot: Snapshot | None = None
        # By fingerprint: a request keeps the model of the snapshot that it began with.
        self._embedders: dict[str, Embedder] = {}
        self._reason: IndexUnusable | None = None
        self._stop = threading.Event()
        # The generation loaded last must be the one that stays, whichever thread loads.
        self._loading = threading.Lock()
        self._reload()
        if self._reason is not None and not follow:
            raise self._reason
        if follow:
            threading.Thread(target=self._follow, name="follow-index", daemon=True).start()

    def current(self) -> Snapshot:
        """The snapshot to answer from.

        Raises:
            IndexUnusable: there is none; the message says what to do.
        """
        if self._snapshot is None:
            raise self._reason or IndexUnusable(f"there is no index in {self.directory}")
        return self._snapshot

    def embedder_of(self, snapshot: Snapshot) -> Embedder:
        """The embedding model that the index of a snapshot was built with."""
        return self._embedders[snapshot.manifest.embedding_fingerprint]

    def embedder(self) -> Embedder:
        """The model to write with: that of the index, or where there is none yet, the one to make
        it with.

        Raises:
            IndexUnusable: there is an index and it cannot be used, or no such model.
        """
        if self._snapshot is None and self._is_new():
            embedder = self._make_embedder(self._model or BUNDLED)
            return self._embedders.setdefault(embedder.fingerprint, embedder)
        return self.embedder_of(self.current())

    def _is_new(self) -> bool:
        """Whether no generation of this index was ever completed."""
        if not (self.directory / DATABASE).is_file():
            return True
        store = Store(self.directory)
        try:
            return store.ledger.active() is None
        finally:
            store.close()

    def refresh(self) -> None:
        """Take the active generation over now, for whoever has just written one."""
        with self._loading:
            if self._has_changed():
                self._reload()

    def close(self) -> None:
        """Stop following."""
        self._stop.set()

    def _follow(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            try:
                self.refresh()
            except Exception:
                _LOG.exception("the index could not be followed; the current one stays")

    def _has_changed(self) -> bool:
        try:
            store = Store(self.directory)
            try:
                built = read_manifest(store)
            finally:
                store.close()
        except IndexUnusable:
            return False
        # Not only the number: an index that was deleted and made anew begins at 1 again.
        return self._snapshot is None or self._snapshot.manifest != built

    def _reload(self) -> None:
        """Load the active generation; on failure a snapshot loaded before stays in use."""
        try:
            self._check_model()
            snapshot = load_active(self.directory)
            if self._load_model:
                self._load_embedder(snapshot.manifest)
        except IndexUnusable as error:
            # Tried again and again, and said once; what is wrong from the start is raised or said
            # by who opened the index.
            if self._snapshot is not None and str(error) != str(self._reason):
                _LOG.error("the new generation cannot be used, the old one stays: %s", error)
            elif self._reason is not None and str(error) != str(self._reason):
                _LOG.error("there is still no usable index: %s", error)
            self._reason = error
            return
        self._snapshot, self._reason = snapshot, None

    def _check_model(self) -> None:
        # Letters are listed with any model, or none; an empty setting is none.
        if not self._model or not self._load_model:
            return
        store = Store(self.directory)
        try:
            manifest = read_manifest(store)
        finally:
            store.close()
        if manifest.embedding_model != full_name(self._model):
            raise IndexUnusable(
                f"the index in {self.directory} was made with the embedding model "
                f"{manifest.embedding_model!r}, and the setting (BRIEFWIJZER_EMBEDDING_MODEL) says "
                f"{self._model!r}: run `briefwijzer ingest FOLDER` to make it anew with that one, "
                "or unset it"
            )

    def _load_embedder(self, manifest: Manifest) -> None:
        if manifest.embedding_fingerprint in self._embedders:
            return
        embedder = self._make_embedder(manifest.embedding_model)
        if embedder.fingerprint != manifest.embedding_fingerprint:
            raise IndexUnusable(
                f"the embedding model {manifest.embedding_model!r} is no longer the one that the "
                f"index in {self.directory} was built with: run `briefwijzer ingest` again"
            )
        self._embedders[embedder.fingerprint] = embedder

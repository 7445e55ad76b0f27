"""Owns the items nearest to a direction, of a million in well under a millisecond: faiss, lists of 8 bits."""

import faiss
import numpy as np
from numpy.typing import NDArray

from plainview.engine.online.network import Floats

_TRAINED_ON = 100_000


class Nearest:
    """An inverted file over unit vectors (Jégou et al. 2011), by inner product. Items are numbered as they come."""

    def __init__(self, vectors: Floats, probes: int = 24) -> None:
        lists = max(1, int(2 * np.sqrt(len(vectors))))
        quantizer = faiss.IndexFlatIP(vectors.shape[1])
        kind = faiss.ScalarQuantizer.QT_8bit
        self._index = faiss.IndexIVFScalarQuantizer(
            quantizer, vectors.shape[1], lists, kind, faiss.METRIC_INNER_PRODUCT
        )
        self._index.cp.niter = 6
        self._index.train(vectors[:: max(1, len(vectors) // _TRAINED_ON)])
        self._index.nprobe = probes
        self.add(vectors)

    def add(self, vectors: Floats) -> None:
        """Lets more items be found from now on."""
        self._index.add(np.ascontiguousarray(vectors))

    def search(self, direction: Floats, count: int) -> NDArray[np.int64]:
        """(≤ count,) item numbers, nearest first."""
        found: NDArray[np.int64] = self._index.search(direction[None], count)[1][0]
        return found[found >= 0]

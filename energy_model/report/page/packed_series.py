"""Compact hourly series for a page: 16-bit steps of a scale, differences, byte planes, gzip, base64."""

from __future__ import annotations

import base64
import gzip

import numpy as np

STEPS = 32000
"""Steps between zero and the largest value: 0.003 % of it, finer than a screen."""


def pack(series: dict[str, np.ndarray]) -> tuple[str, list[dict]]:
    """Pack series of one length.

    Parameters
    ----------
    series : dict of str to ndarray, shape (n,)
        Finite values.

    Returns
    -------
    str
        Base64 of the gzipped bytes; for each series the low bytes, then the high bytes of the differences of successive steps.
    list of dict
        Name and value of one step, in the order of the bytes.
    """
    index, planes = [], []
    for name, values in series.items():
        if not np.isfinite(values).all():
            raise ValueError(f"the series {name} has values that are not finite")
        step = max(float(np.abs(values).max(initial=0.0)), 1e-9) / STEPS
        whole = np.round(values / step).astype(np.int64)
        change = (np.diff(whole, prepend=0) % 65536).astype("<u2")
        index.append({"name": name, "step": step})
        planes.append(np.concatenate([change & 0xFF, change >> 8]).astype(np.uint8).tobytes())
    # A fixed time keeps pages of equal results equal.
    return base64.b64encode(gzip.compress(b"".join(planes), 9, mtime=0)).decode(), index


def unpack(text: str, index: list[dict], length: int) -> dict[str, np.ndarray]:
    """Series of a packed text, as decoded by the page."""
    data = np.frombuffer(gzip.decompress(base64.b64decode(text)), np.uint8)
    out = {}
    for i, entry in enumerate(index):
        low, high = data[2 * i * length :][: 2 * length].reshape(2, length).astype(np.int64)
        whole = (np.cumsum(low + 256 * high) + 32768) % 65536 - 32768
        out[entry["name"]] = whole * entry["step"]
    return out

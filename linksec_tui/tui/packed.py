"""Assessments kept by the thousand: one string of octets each instead of some fifty objects.

The interpreter looks at every object that it may have to clear away, again and again; with ten thousand assessments
as they are, it holds up the interface for a tenth of a second each time. What is read back was written by us, in this
process.
"""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from linksec_tui.model.assessment import Assessment

_FAST = 1  # zlib's level: half the size for a twentieth of a millisecond


def pack(assessment: Assessment) -> bytes:
    """Without the certificates that a probe saw: they were judged, and are never shown."""
    seen = {host: replace(each, chain=()) for host, each in assessment.evidence.observations.items()}
    lean = replace(assessment.evidence, observations=MappingProxyType(seen))
    octets = io.BytesIO()
    _Packer(octets, pickle.HIGHEST_PROTOCOL).dump(replace(assessment, evidence=lean))
    return zlib.compress(octets.getbuffer(), _FAST)


def unpack(octets: bytes) -> Assessment:
    return cast("Assessment", pickle.loads(zlib.decompress(octets)))  # noqa: S301 - our own, never from outside


class _Packer(pickle.Pickler):
    def reducer_override(self, obj: object) -> tuple[Callable[..., object], tuple[object, ...]]:
        """A read-only view of a mapping is no thing that pickle knows."""
        if isinstance(obj, MappingProxyType):
            return _frozen, (dict(cast("Mapping[str, object]", obj)),)
        return NotImplemented


def _frozen(mapping: dict[str, object]) -> MappingProxyType[str, object]:
    return MappingProxyType(mapping)

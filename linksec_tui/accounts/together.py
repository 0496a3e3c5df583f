"""Several questions at once; what goes wrong on our side comes out as it is, and ends the others."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from linksec_tui.model.errors import LinksecError

Told = TypeVar("Told")


async def together(questions: Iterable[Coroutine[Any, Any, Told]]) -> list[Told]:
    """The answers in the order of the questions. Raises what one of them raised, not in a group if it is ours."""
    try:
        async with asyncio.TaskGroup() as tasks:
            asked = [tasks.create_task(question) for question in questions]
    except ExceptionGroup as several:
        ours = several.subgroup(LinksecError)
        if ours is None:
            raise
        raise _first(ours) from several
    return [task.result() for task in asked]


def _first(group: ExceptionGroup[LinksecError]) -> LinksecError:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, ExceptionGroup) else inner

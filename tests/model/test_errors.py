"""Each of our failures has a sentence, a next step, and the exit status that the contract names."""

from __future__ import annotations

import pytest

from linksec_tui.model import errors
from linksec_tui.model.errors import LinksecError

STATUS = {
    "ConfigurationError": 78,
    "BadInput": 65,
    "StoreError": 78,
    "NoKey": 78,
    "NewerSchema": 78,
    "StoreDamaged": 78,
    "StoreFull": 78,
    "ConnectionProblem": 75,
    "Unreachable": 75,
    "Unverifiable": 75,
    "ProtocolBroken": 75,
    "CredentialsRefused": 75,
    "SubmissionRefused": 69,
    "GateRefused": 77,
    "DecisionOutdated": 77,
}


@pytest.mark.parametrize(("name", "status"), STATUS.items())
def test_each_failure_has_the_exit_status_of_the_contract(name: str, status: int) -> None:
    failure: type[LinksecError] = getattr(errors, name)
    assert issubclass(failure, LinksecError)
    assert failure.exit_status == status


def test_the_tree_in_the_docstring_names_every_failure() -> None:
    drawn = errors.__doc__ or ""
    failures = [kind.__name__ for kind in _below(LinksecError) if kind.__module__ == errors.__name__]
    assert failures
    assert [name for name in failures if name not in drawn] == []


def test_sentence_and_next_step_make_one_text() -> None:
    assert str(LinksecError("It broke.", "Mend it.")) == "It broke. Mend it."
    assert str(LinksecError("It broke.")) == "It broke."


def _below(kind: type[LinksecError]) -> list[type[LinksecError]]:
    return [each for child in kind.__subclasses__() for each in (child, *_below(child))]

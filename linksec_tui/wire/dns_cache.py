"""Answers kept until they expire, and no more of them than fit."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

from linksec_tui.wire.dns_answer import DnsAnswer, Question

# About 2 KiB an answer with its records: 10 MiB at most. A larger one is kept by nobody: a hostile answer has 64 KiB.
CAPACITY = 5_000
MAX_RECORDS = 32
MAX_OCTETS = 4096  # of text, certificates and keys


class AnswerCache:
    """Least recently used out first."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._answers: OrderedDict[Question, DnsAnswer] = OrderedDict()

    def read(self, question: Question, now: datetime, newer_than: datetime | None = None) -> DnsAnswer | None:
        """An answer that has not expired, and that was observed no earlier than `newer_than`."""
        answer = self._answers.get(question)
        if answer is None or answer.expires_at <= now or (newer_than and answer.observed_at < newer_than):
            return None
        self._answers.move_to_end(question)
        return answer

    def write(self, answer: DnsAnswer) -> None:
        if _is_bulky(answer):
            self._answers.pop(answer.question, None)
            return
        self._answers[answer.question] = answer
        self._answers.move_to_end(answer.question)
        if len(self._answers) > self._capacity:
            self._answers.popitem(last=False)


def _is_bulky(answer: DnsAnswer) -> bool:
    octets = sum(map(len, answer.texts)) + sum(len(record.association) for record in answer.tlsa)
    return len(answer.records) > MAX_RECORDS or octets > MAX_OCTETS

"""The smallest house that runs deciders and processes together: no store, no bytes, a clock that moves when told.

What a process sends is kept in ``sent``; what is too early waits in ``deferred`` and is tried again after every event
on its stream.
"""

from datetime import UTC, datetime, timedelta

from tradelane.domain import case, exchange, goods_receipt, invoice, invoice_book, purchase_order, ship_notice
from tradelane.model.command import Command, Defer
from tradelane.model.event import Event
from tradelane.model.identity import stream_kind
from tradelane.model.item import NOTHING_KNOWN, Items
from tradelane.model.policy import Context, Policy
from tradelane.model.request import FireTimer, Forget, Send, Tell, TimerFired, Wake
from tradelane.processes import (
    acknowledgement,
    content_answer,
    control_numbers,
    inbound,
    invoice_match,
    line_delete,
    mailbox,
    order_cancel,
    order_response,
    receipt_reversal,
    self_billing,
)
from tradelane.processes import invoice_book as invoice_doubts

DECIDERS = {
    decider.STREAM: decider
    for decider in (purchase_order, ship_notice, goods_receipt, invoice, invoice_book, case, exchange)
}
PROCESSES = (
    order_response,
    order_cancel,
    line_delete,
    inbound,
    invoice_match,
    invoice_doubts,
    receipt_reversal,
    self_billing,
    acknowledgement,
    control_numbers,
    content_answer,
    mailbox,
)


class House:
    """Streams, timers and what was sent; `tell` puts a command, `wait` lets time pass."""

    def __init__(self, policy: Policy | None = None, items: Items = NOTHING_KNOWN) -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
        self.policy = policy or Policy()
        self.items = items
        self.states: dict[str, object] = {}
        self.flows: dict[tuple[str, str], object] = {}
        self.events: list[tuple[str, Event]] = []
        self.sent: list[Send] = []
        self.timers: dict[tuple[str, str], datetime] = {}
        self.deferred: list[tuple[str, Command, Defer]] = []
        self.queue: list[tuple[str, Command]] = []

    @property
    def context(self) -> Context:
        return Context(now=self.now, policy=self.policy, items=self.items)

    def state(self, stream: str):
        return self.states.get(stream, DECIDERS[stream_kind(stream)].initial)

    def tell(self, stream: str, command: Command) -> list[Event]:
        """Put *command* to *stream*, and everything it leads to; return what happened on the stream itself."""
        events = self._decide(stream, command)
        self._drain()
        return events

    def _drain(self) -> None:
        while self.queue:
            self._decide(*self.queue.pop(0))

    def _decide(self, stream: str, command: Command) -> list[Event]:
        decider = DECIDERS[stream_kind(stream)]
        decided = decider.decide(command, self.state(stream), self.context)
        if isinstance(decided, Defer):
            self.deferred.append((stream, command, decided))
            return []
        self._record(stream, decided)
        return decided

    def wait(self, **span: float) -> None:
        """Let time pass, firing timers as they come due."""
        until = self.now + timedelta(**span)
        while due := sorted((at, key) for key, at in self.timers.items() if at <= until):
            self.now, (stream, name) = due[0]
            del self.timers[stream, name]
            fired = [TimerFired(name=name, due=self.now)]
            decided = DECIDERS[stream_kind(stream)].decide(
                FireTimer(name=name, due=self.now), self.state(stream), self.context
            )
            self._record(stream, [*fired, *decided])
            self._drain()
        self.now = until

    def of(self, kind: type[Event]) -> list[Event]:
        """Return every event of *kind*, oldest first."""
        return [event for _, event in self.events if isinstance(event, kind)]

    def cases(self, *, is_open: bool = True) -> dict[str, str]:
        """Return kind and text of cases."""
        states = [state for stream, state in self.states.items() if stream.startswith("case/")]
        return {state.kind: state.says for state in states if state.kind and state.is_open == is_open}

    def _record(self, stream: str, events: list[Event]) -> None:
        decider = DECIDERS[stream_kind(stream)]
        requests = []
        for event in events:
            self.states[stream] = decider.evolve(self.state(stream), event)
            self.events.append((stream, event))
            for process in PROCESSES:
                if stream_kind(stream) in process.LISTENS:
                    key = (process.NAME, stream)
                    self.flows[key] = process.evolve(self.flows.get(key, process.initial), event, self.now)
                    requests += process.react(self.flows[key], event, stream, self.context)
        for request in requests:
            self._follow(stream, request)
        if events:
            self._retry(stream)

    def _follow(self, stream: str, request) -> None:
        match request:
            case Tell(stream=other, command=command):
                self.queue.append((other, command))
            case Send():
                self.sent.append(request)
            case Wake(name=name, due=due):
                self.timers[stream, name] = due
            case Forget(name=name):
                self.timers.pop((stream, name), None)

    def _retry(self, stream: str) -> None:
        waiting = [entry for entry in self.deferred if entry[0] == stream]
        self.deferred = [entry for entry in self.deferred if entry[0] != stream]
        for _, command, _ in waiting:
            self.queue.append((stream, command))

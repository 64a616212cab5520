"""What a file that does not fit into memory comes to: how many documents, and the first of what is wrong with it."""

from collections.abc import Callable, Collection, Iterable, Iterator

from tradelane.library import Shelf, read_large
from tradelane.model.document import Document
from tradelane.model.finding import Finding
from tradelane.model.tolerance import fatal

KEPT_MAX = 10_000


class Tally:
    """Counts while it reads; ``findings`` are the first ten thousand, those that refuse something before all others.

    *refuse*: codes of what is tolerated otherwise.
    """

    def __init__(self, refuse: Collection[str] = ()) -> None:
        self._refuse = refuse
        self.documents, self.found, self.refused = 0, 0, False
        self._errors, self._others = list[Finding](), list[Finding]()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, as far as it is kept."""
        return (*self._errors, *self._others)[:KEPT_MAX]

    def read(self, chunks: Callable[[], Iterable[bytes]], shelf: Shelf, file_name: str = "") -> Iterator[Document]:
        """Yield the documents of the file."""
        for each in read_large(chunks, shelf, file_name):
            if isinstance(each, Finding):
                self._note((each,))
                continue
            self._note(each.findings)
            if each.document is not None:
                self.documents += 1
                yield each.document

    def _note(self, findings: Iterable[Finding]) -> None:
        for finding in fatal(tuple(findings), self._refuse):
            self.found += 1
            error = finding.severity == "error"
            self.refused = self.refused or error
            kept = self._errors if error else self._others
            if len(kept) < KEPT_MAX:
                kept.append(finding)

"""Whether segments are set in from the left, as people write them for the eye and the standards do not."""

import re

_REACH = 80
_SET_IN = re.compile(r"\S\r?\n([ \t]{1,64})(?=[A-Z][A-Z0-9]{1,2}[^\w\s])")
"""A line that begins with blanks and then with a tag and a delimiter."""


def indented(text: str) -> int:
    """Return where the first segment that is set in begins its line; -1 if none is."""
    if "\n " not in text and "\n\t" not in text:
        return -1
    found = _SET_IN.search(text)
    return found.start(1) if found else -1


class Indentation:
    """Looks for it as the text comes; ``place`` is the first one's."""

    def __init__(self) -> None:
        self.place, self._read, self._tail = -1, 0, ""

    def look(self, text: str) -> None:
        """Look at what comes next."""
        if self.place < 0 and text:
            here = self._tail + text
            found = indented(here)
            self.place = self._read - len(self._tail) + found if found >= 0 else -1
            self._read += len(text)
            self._tail = here[-_REACH:]

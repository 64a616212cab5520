"""Control numbers that were used before: those that count up, as they should, take no room."""

DIGITS_MAX = 9
_DIGITS = "0123456789"


class Used:
    """The numbers used so far in one envelope.

    >>> used = Used()
    >>> for number in ("0009", "0010", "0007", "A"):
    ...     used.add(number)
    >>> ["0010" in used, "10" in used, "0008" in used, "0007" in used, "A" in used]
    [True, False, False, True, True]
    """

    def __init__(self) -> None:
        self._width, self._first, self._last = 0, 0, -1
        self._others: set[str] = set()

    def __contains__(self, number: str) -> bool:
        return number in self._others or self._first <= self._counted(number) <= self._last

    def add(self, number: str) -> None:
        """Note that *number* is used from now on."""
        value = self._counted(number)
        if not self._width and value >= 0:
            self._width, self._first, self._last = len(number), value, value
        elif value == self._last + 1 and self._width:
            self._last = value
        elif number not in self:
            self._others.add(number)

    def _counted(self, number: str) -> int:
        """Return the value of a number that is written as those that count up are; -1 of another."""
        if not (number.isascii() and number.isdigit()) or len(number) > DIGITS_MAX:
            return -1
        value = int(number)
        return value if not self._width or str(value).zfill(self._width) == number else -1


class UsedReferences:
    """References used so far: those that are alike but for a number at their end, which counts up, take no room.

    >>> used = UsedReferences()
    >>> for reference in ("ME01", "ME02", "X"):
    ...     used.add(reference)
    >>> ["ME02" in used, "ME2" in used, "X" in used, "" in used]
    [True, False, True, False]
    """

    def __init__(self) -> None:
        self._alike: dict[str, Used] = {}

    def __contains__(self, reference: str) -> bool:
        head, number = _parted(reference)
        return head in self._alike and number in self._alike[head]

    def add(self, reference: str) -> None:
        """Note that *reference* is used from now on."""
        head, number = _parted(reference)
        self._alike.setdefault(head, Used()).add(number)


def _parted(reference: str) -> tuple[str, str]:
    head = reference.rstrip(_DIGITS)
    return head, reference[len(head) :]

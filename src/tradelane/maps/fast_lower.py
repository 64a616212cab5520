"""The fast way down: generated code writes what is in order, and refuses all else, without a word.

The exact path (`lower.write`) then lowers the document again and says what has no place. Whatever the fast path does
return, the exact path would return too, with no findings; a property test holds both to that.
"""

from tradelane.maps.generated_lower import generate_lowering
from tradelane.maps.lowered_source import Unsure
from tradelane.maps.plan import Plan
from tradelane.model.document import Document
from tradelane.model.message import BuiltMessage


class FastLowering:
    """The fast way down of one map; made at the first document, for most maps are only ever used to lift."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._lower = generate_lowering(plan)

    def lower(self, document: Document) -> BuiltMessage | None:
        """Return the message, or None when the exact path should look."""
        plan = self._plan
        if self._lower is None or document.__class__ is not plan.document:
            return None
        try:
            return BuiltMessage(plan.kind, plan.standard, self._lower(document))
        # A form that cannot write a value, or a value of another type than its field's: the exact path alone answers.
        except (Unsure, ValueError, TypeError, AttributeError, LookupError, ArithmeticError):
            return None

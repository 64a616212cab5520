"""Apply: what people look at, folded from events. Each view is rows by key, rebuilt from the journal at will."""

from typing import cast

from tradelane.views import case, document, label, lookup, partner, purchase_order, transmission
from tradelane.views.port import View

VIEWS: tuple[View, ...] = tuple(
    cast(View, module) for module in (purchase_order, case, document, transmission, partner, lookup, label)
)

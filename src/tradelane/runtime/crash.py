"""Named points at which a test may kill the process: ``TRADELANE_CRASH=before_step:3`` dies at its third pass.

In production the variable is unset and a point is one falsy check.
"""

import os
import signal

POINTS = (
    "before_archive",
    "after_piece",
    "after_archive_before_answer",
    "before_step",
    "after_step_before_delivery",
    "after_delivery_before_result",
    "after_takeover",
    "before_settle",
    "restored_epochs",
    "restored_exchange",
    "restored_before_done",
)

_name, _, _count = os.environ.get("TRADELANE_CRASH", "").partition(":")
_left = int(_count or 1)


def crashpoint(name: str) -> None:
    """Die here, without a last word, when the environment asks for it."""
    global _left
    if name == _name:
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

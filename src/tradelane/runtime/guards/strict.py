"""Refuse what is tolerated elsewhere, where that is agreed with the partner: at the level on which it stands. Pure.

What is wrong with the file as a whole is told to each interchange in it, so that each gets its TA1 or CONTRL.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

from msgspec.structs import replace

from tradelane.formats import edifact, x12
from tradelane.model.finding import Finding
from tradelane.model.tolerance import fatal, refused_codes
from tradelane.partners.profile import Profile

_X12_CONTENT, _EDIFACT_UNSPECIFIED = "024", "18"
"""What TA1 (TA105) and CONTRL (0085) call a fault that they have no name for."""

Set = TypeVar("Set", x12.ReceivedSet, edifact.ReceivedMessage)


def refused(profile: Profile) -> frozenset[str]:
    """Return the codes of what a partner must not send, though others may."""
    return _codes(profile.strict.refuse)


@lru_cache(1024)
def _codes(words: tuple[str, ...] | str) -> frozenset[str]:
    return refused_codes((words,) if isinstance(words, str) else words)


def strict_file(profile: Profile, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return what was found in a file or a document, as agreed."""
    return fatal(tuple(findings), refused(profile))


def strict_set(profile: Profile, each: Set) -> Set:
    """Return a set or message with what is wrong with it, as agreed."""
    findings = fatal(each.findings, refused(profile))
    return each if findings is each.findings else replace(each, findings=findings)


def strict_x12(profile: Profile, decoded: x12.Decoded) -> x12.Decoded:
    """Return an opened X12 file as agreed."""
    codes = refused(profile)
    if not codes:
        return decoded
    file, told = _file_and_told(decoded.findings, codes, _X12_CONTENT, bool(decoded.interchanges))
    interchanges = [
        replace(
            each,
            findings=(*fatal(_coded(each.findings, codes), codes, _X12_CONTENT), *told),
            groups=tuple(
                replace(
                    group,
                    findings=fatal(group.findings, codes),
                    sets=tuple(strict_set(profile, one) for one in group.sets),
                )
                for group in each.groups
            ),
        )
        for each in decoded.interchanges
    ]
    return replace(decoded, findings=file, interchanges=tuple(interchanges))


def strict_edifact(profile: Profile, decoded: edifact.Decoded) -> edifact.Decoded:
    """Return an opened EDIFACT file as agreed; its messages are judged as they are read."""
    codes = refused(profile)
    if not codes:
        return decoded
    file, told = _file_and_told(decoded.findings, codes, _EDIFACT_UNSPECIFIED, bool(decoded.interchanges))
    interchanges = [
        replace(
            each,
            findings=(*fatal(each.findings, codes, _EDIFACT_UNSPECIFIED), *told),
            groups=tuple(replace(group, findings=fatal(group.findings, codes)) for group in each.groups),
        )
        for each in decoded.interchanges
    ]
    return replace(decoded, findings=file, interchanges=tuple(interchanges))


def _file_and_told(
    findings: tuple[Finding, ...], codes: frozenset[str], syntax_code: str, anybody: bool
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return what stays with the file, and what its interchanges are told instead."""
    judged = fatal(findings, codes, syntax_code)
    if not anybody:
        return judged, ()
    moved = [one for one, before in zip(judged, findings, strict=True) if one is not before]
    return tuple(one for one, before in zip(judged, findings, strict=True) if one is before), tuple(moved)


def _coded(findings: tuple[Finding, ...], codes: frozenset[str]) -> tuple[Finding, ...]:
    """Return the findings of an interchange with codes that a TA1 has: three digits, or those of its content."""
    return tuple(
        replace(one, syntax_code="") if one.code in codes and len(one.syntax_code) != len(_X12_CONTENT) else one
        for one in findings
    )

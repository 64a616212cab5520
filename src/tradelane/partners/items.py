"""Read ``items.csv``, what the house knows of its items: the file may be absent, its columns stand in any order.

The first row names the columns: ``item`` (the buyer's number) and any of ``gtin``, ``unit``, ``weight_kg``,
``volume_m3``, ``lot_tracked``, ``serial_tracked``, ``hazardous`` (yes or no), ``shelf_life_days``, ``case_factor``.
"""

import csv
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

import msgspec

from tradelane.model.item import ItemFacts, Items
from tradelane.partners.reading import Sheet

FILE = "items.csv"
BYTES_MAX = 64 * 1024 * 1024
GTIN_DIGITS = 14
WRONG_MAX = 20
"""So many wrong cells are named; a file with more is wrong as a whole."""

_KINDS = {field.name: field.type for field in msgspec.structs.fields(ItemFacts)}
_YES, _NO = ("yes", "true", "1", "y", "x"), ("no", "false", "0", "n", "")


def read_items(body: bytes, sheet: Sheet) -> Items:
    """Return the items that *body* lists; what is wrong is noted, with its line."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sheet.find("items.not-text", "", f"Byte {error.start} is not UTF-8.", "Save the file as CSV in UTF-8.")
        return Items()
    try:
        rows = list(csv.reader(text.splitlines(), delimiter=";" if _semicolons(text) else ",", strict=True))
    except csv.Error as error:
        sheet.find("items.not-csv", "", f"This is not CSV: {error}.", "Close every quotation mark; save it as CSV.")
        return Items()
    names = [name.strip().lower() for name in rows[0]] if rows else []
    return Items(_facts(names, rows, sheet)) if _columns(names, sheet) else Items()


def _semicolons(text: str) -> bool:
    """Say whether cells are parted by semicolons, as spreadsheets of half the world do."""
    first = text.partition("\n")[0]
    return first.count(";") > first.count(",")


def _columns(names: list[str], sheet: Sheet) -> bool:
    for name in names:
        if name not in _KINDS:
            near = get_close_matches(name, _KINDS, 1)
            fix = f"Did you mean {near[0]!r}?" if near else f"Take it out; known are {', '.join(_KINDS)}."
            sheet.find("items.unknown-column", "line 1", f"The column {name!r} is not known.", fix, name)
    if "item" not in names:
        fix = "Name it 'item' in the first row: the number by which the buyer's documents call the item."
        sheet.find("items.no-item-column", "line 1", "No column holds the item's number.", fix)
    if len(set(names)) < len(names):
        sheet.find("items.column-twice", "line 1", "Two columns have one name.", "Give each its own.")
    return not sheet.findings


def _facts(names: list[str], rows: list[list[str]], sheet: Sheet) -> Iterator[ItemFacts]:
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[1:], 2):
        if len(sheet.findings) >= WRONG_MAX:
            return
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=False)}
        if not any(cells.values()):
            continue
        item, place = cells.get("item", ""), f"line {number}"
        if not item:
            sheet.find("items.no-item", place, "The row names no item.", "Write its number, or take the row out.")
        elif item in seen:
            says = f"Item {item} stands in line {seen[item]} too."
            sheet.find("items.item-twice", place, says, "Keep one row for each item.", item)
        else:
            seen[item] = number
            yield ItemFacts(**{name: _value(name, cell, place, sheet) for name, cell in cells.items() if cell})


def _value(name: str, cell: str, place: str, sheet: Sheet) -> Any:
    """Return a cell as its column wants it; a wrong one is noted and counts as not said."""
    kind = _KINDS[name]
    if kind is bool:
        if cell.lower() in (*_YES, *_NO):
            return cell.lower() in _YES
        return _wrong(name, cell, place, "Write yes or no.", sheet, otherwise=False)
    if name == "gtin":
        if cell.isdecimal() and len(cell) <= GTIN_DIGITS:
            return cell.zfill(GTIN_DIGITS)
        return _wrong(name, cell, place, "Write at most 14 digits.", sheet, otherwise="")
    if kind is str:
        return cell
    try:
        number = Decimal(cell)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0 or (kind is int and number != int(number)):
        fix = f"Write a {'whole ' if kind is int else ''}number, zero or more, with a point for decimals."
        return _wrong(name, cell, place, fix, sheet, otherwise=kind(0))
    return kind(number)


def _wrong(name: str, cell: str, place: str, fix: str, sheet: Sheet, *, otherwise: Any) -> Any:
    sheet.find("items.bad-value", place, f"{name} is {cell!r}.", fix, cell)
    return otherwise

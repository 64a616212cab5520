"""No map is shipped that nothing uses."""

import re
from pathlib import PurePosixPath

import pytest
from tests.rules.sources import all_sources

FOLDER = "src/tradelane/maps/"
MAPS = [
    PurePosixPath(source.path.removeprefix(FOLDER)).with_suffix("").as_posix()
    for source in all_sources()
    if source.path.startswith(FOLDER) and source.path.endswith(".toml")
]


@pytest.mark.parametrize("name", MAPS)
def test_a_shipped_map_is_in_the_default_table_or_named_by_a_template(name: str) -> None:
    """The default table is ``x12/<version>/<set>``; anything else must be named by a template or extended by a map."""
    by_default = re.fullmatch(r"x12/\d{6}/\d{3}", name) or name.startswith("json/")
    named = any(f'"{name}"' in source.text for source in all_sources() if source.is_shipped)
    assert by_default or named, f"nothing uses {name}.toml: name it in a template's [maps], or remove it"

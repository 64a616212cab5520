"""The options that several commands have, each with one name, one meaning and one sentence of help."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Home = Annotated[
    Path | None,
    Parameter(name="--home", help="The installation's folder; without it TRADELANE_HOME, else .tradelane here."),
]
Url = Annotated[str, Parameter(help="Where Tradelane runs; without it TRADELANE_URL, else this machine's port 8080.")]
Json = Annotated[bool, Parameter(help="Write JSON, for machines.")]
Port = Annotated[int, Parameter(help="Where to listen, instead of what the settings say.")]
Parallel = Annotated[int, Parameter(help="How many processing loops run side by side.")]

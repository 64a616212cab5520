"""Which functional group (GS01) each kind of transaction set (ST01) travels in: the ones a distributor meets."""

FUNCTIONAL_IDS: dict[str, str] = {
    "180": "AN",
    "204": "SM",
    "210": "IM",
    "214": "QM",
    "810": "IN",
    "820": "RA",
    "824": "AG",
    "830": "PS",
    "846": "IB",
    "850": "PO",
    "852": "PD",
    "855": "PR",
    "856": "SH",
    "860": "PC",
    "861": "RC",
    "862": "SS",
    "865": "CA",
    "940": "OW",
    "943": "AR",
    "944": "RE",
    "945": "SW",
    "947": "AW",
    "990": "GF",
    "997": "FA",
    "999": "FA",
}


def functional_id(kind: str) -> str:
    """Return the GS01 that sets of this kind travel under; empty when we do not know the kind."""
    return FUNCTIONAL_IDS.get(kind, "")

"""A partner's settings, and the house's own: what a folder of TOML files says.

Unknown keys are refused, so a typing slip is heard.
"""

from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from tradelane.model.item import NOTHING_KNOWN, Items
from tradelane.model.origin import AnswerWhen
from tradelane.model.policy import Policy
from tradelane.model.role import RoleName
from tradelane.model.table import Dialect

Role = Literal["supplier", "warehouse", "carrier", "customer", "erp"]
Syntax = Literal["x12", "edifact", "json", "csv", "xlsx", "fixed", "xml", "idoc"]


class X12Identity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A company in X12 envelopes: ISA05/07 qualifier, ISA06/08 id (unpadded), GS02/03 code (empty: the id)."""

    qualifier: str = "ZZ"
    id: str = ""
    group: str = ""


class X12Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How we write X12 to a partner, and what we take from it."""

    version: str = "004010"
    segment: str = "~"
    element: str = "*"
    component: str = ">"
    usage: Literal["P", "T"] = "P"
    acknowledge: bool = True
    acknowledge_with: Literal["997", "999"] = "997"
    takes: tuple[str, ...] = ("004010",)

    @property
    def acknowledges_by_999(self) -> bool:
        """Say whether what we could read is told by a 999, which X12 has since 005010."""
        return self.acknowledge_with == "999" and self.version >= "005010"


class EdifactIdentity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A company in EDIFACT envelopes: UNB 0004 or 0010, and the kind of name it is (0007: 14 GLN, 1 DUNS, ZZZ)."""

    qualifier: str = "14"
    id: str = ""


class EdifactSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How we write EDIFACT to a partner, and whether its interchanges are answered by a CONTRL though it asks for none.

    ``directory`` is that of the messages we send, ``associations`` the code of the association by kind of message
    (ORDERS = "EAN008"); ``wants_report``: we ask for a CONTRL.
    """

    syntax: str = "UNOC"
    version: str = "3"
    directory: str = "D96A"
    associations: dict[str, str] = {}
    acknowledge: bool = True
    wants_report: bool = True
    test: bool = False


class TableSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which documents the partner sends as rows (CSV, XLSX, fixed-width), and how these are written.

    ``takes``: the kinds, such as "order_response"; each is read by the map of that name, the partner's own or ours.
    ``dialect``: where it differs from what the maps say.
    """

    takes: tuple[str, ...] = ()
    dialect: Dialect | None = None


class TreeSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the partner sends as XML, IDoc or JSON of a standard, and how it is named there.

    ``takes``: the families agreed on, such as "ubl", "cxml", "idoc", "epcis". ``identities``: its names in envelopes,
    ``domain:identity`` of cXML credentials, the partner number of IDocs. ``secret_sha256``: of cXML's shared secret.
    ``write``: the family in which it gets documents, where ``send.syntax`` is "xml" or "idoc". ``company``: our own
    name in envelopes to it.
    """

    takes: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    secret_sha256: str = ""
    write: str = "ubl"
    company: str = ""


class AnswerSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the partner is told what our business made of its documents, beside whether they could be read.

    ``content``: by which application acknowledgement; none unless agreed, for most partners take none. ``when``: for
    what is refused, or also for what is taken with findings, or for every document.
    """

    content: Literal["none", "824", "APERAK", "ubl/ApplicationResponse"] = "none"
    when: AnswerWhen = "findings"


class StrictSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is refused of this partner although it is put up with elsewhere: codes of `model.tolerance`, or "all"."""

    refuse: tuple[str, ...] | Literal["all"] = ()


class SftpSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The partner's own SFTP server, where we lay documents down (``drop``) and pick its files up (``pick_up``).

    ``host_key`` is the server's public key as agreed on, "ssh-ed25519 AAAA..."; no other server is spoken to. ``key``
    (our private key) and ``password`` are names of files in ``secrets/``, which nobody but us may read. What is settled
    moves to ``done/`` there, or is gone where we ``remove``; what is refused moves to ``refused/``. ``settle_seconds``:
    so long a file must not have changed.
    """

    host: str = ""
    port: int = 22
    user: str = ""
    host_key: str = ""
    key: str = ""
    password: str = ""
    drop: str = ""
    pick_up: str = ""
    remove: bool = False
    settle_seconds: float = 5.0
    poll_seconds: float = 30.0
    timeout_seconds: float = 30.0


class SendSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How documents reach the partner.

    ``mailbox``: they wait until the partner fetches them. ``folder`` is relative to the data folder. ``sftp``: they are
    laid down on its server, see `SftpSettings`.
    """

    channel: Literal["http", "folder", "sftp", "mailbox"] = "mailbox"
    syntax: Syntax = "json"
    url: str = ""
    folder: str = ""
    timeout_seconds: float = 30.0
    concurrency_max: int = 8
    attempts_max: int = 12


class ReceiveSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the partner's files are picked up, beside the HTTP endpoint every partner has."""

    folder: str = ""
    settle_seconds: float = 0.0


class Access(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """SHA-256 (hex) of the API keys that authenticate this principal; the keys themselves are kept nowhere."""

    key_sha256: tuple[str, ...] = ()


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One partner. ``parties`` are the identifiers by which documents name it, ``scheme:value``."""

    name: str
    role: Role
    title: str = ""
    owner: str = "procurement"
    extends: str = ""
    parties: tuple[str, ...] = ()
    x12: X12Identity = X12Identity()
    x12_settings: X12Settings = X12Settings()
    edifact: EdifactIdentity = EdifactIdentity()
    edifact_settings: EdifactSettings = msgspec.field(default_factory=EdifactSettings)
    tables: TableSettings = TableSettings()
    trees: TreeSettings = TreeSettings()
    answers: AnswerSettings = AnswerSettings()
    strict: StrictSettings = StrictSettings()
    send: SendSettings = SendSettings()
    sftp: SftpSettings = SftpSettings()
    receive: ReceiveSettings = ReceiveSettings()
    access: Access = Access()
    policy: Policy = msgspec.field(default_factory=Policy)
    maps: dict[str, str] = {}
    test: bool = False
    notes: str = ""
    folder: str = ""

    @property
    def fetch_within_hours(self) -> int:
        """How long a document may wait for the partner to fetch it; 0: it fetches nothing, or nobody minds."""
        return self.policy.fetch_within_hours if self.send.channel == "mailbox" else 0


class Company(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The distributor itself: its name, how X12 and EDIFACT call it, the identifiers by which documents name it."""

    name: str = "Tradelane Distribution"
    x12: X12Identity = X12Identity(id="TRADELANE")
    edifact: EdifactIdentity = EdifactIdentity(id="TRADELANE", qualifier="ZZZ")
    parties: tuple[str, ...] = ()


class Server(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the doors listen. Without a key only loopback may ask, and only what operators may see."""

    host: str = "127.0.0.1"
    port: int = 8080
    body_bytes_max: int = 25 * 1024 * 1024


class OpenIdConnect(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The company's own sign-in, by OpenID Connect; without an ``issuer`` there is none.

    ``client_secret`` is the name of a file in ``secrets/``, which nobody but us may read; without one we are a public
    client. ``title``: what people call it, "Sign in with ...". ``address``: how browsers reach Tradelane. A person is
    known by what stands in ``name_claim``; with ``roles`` (the value in ``roles_claim``, then the role) whoever is
    unknown is made at the first sign-in, by the first of them that fits.
    """

    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""
    title: str = ""
    address: str = ""
    scopes: str = "openid profile email"
    name_claim: str = "email"
    roles_claim: str = "groups"
    roles: dict[str, RoleName] = {}
    timeout_seconds: float = 10.0

    @property
    def redirect_uri(self) -> str:
        """Where the company's sign-in sends the browser back to; it must be registered there as it stands here."""
        return f"{self.address.rstrip('/')}/session/openid/callback"


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``tradelane.toml``."""

    company: Company = Company()
    server: Server = Server()
    openid_connect: OpenIdConnect = OpenIdConnect()
    operators: dict[str, Access] = {}
    egress_allow: tuple[str, ...] = ()
    """Networks (CIDR) that outbound connections may reach although private or loopback: ``127.0.0.0/8`` in a demo."""


class Registry(Struct, frozen=True, kw_only=True, dict=True):
    """All partners and the house's settings, as read from one folder.

    ``version`` is the fingerprint of everything read. ``overlays`` is the TOML text of each partner's own maps, by
    partner and by the name `Profile.maps` gives them. ``items`` is what ``items.csv`` says. (``dict``: room beside the
    fields for the index that `lookup` builds once.)
    """

    root: Path
    settings: Settings
    partners: dict[str, Profile]
    version: str
    overlays: dict[str, dict[str, str]] = {}
    items: Items = NOTHING_KNOWN

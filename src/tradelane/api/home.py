"""The page at the address itself: what this is, and where to look next. Plain HTML, readable without anything else."""

from html import escape
from typing import Any

from litestar import Request, Response, get

from tradelane.api.door import house_of

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:40px auto;max-width:62ch;padding:0 20px}"
    "body{color:#14181f;background:#f4f5f7}"
    "h1{font-size:20px}a{color:#2a52be}dt{font-weight:600;margin-top:12px}dd{margin:0;color:#434b58}"
    "code{background:#fff;border:1px solid #e4e7ec;border-radius:4px;padding:1px 4px}"
    "@media(prefers-color-scheme:dark){body{color:#e8ebf0;background:#0d1015}a{color:#93b0ff}dd{color:#b3bbc7}"
    "code{background:#14181f;border-color:#252c37}}"
)

_LINKS = (
    ("/process/v1/cases?state=open", "Today's exceptions", "what needs a person, by money and hours left"),
    ("/process/v1/orders", "Orders", "where their units are; those with most at stake first"),
    ("/process/v1/documents", "Documents", "everything that came or went, and what became of it"),
    ("/process/v1/partners", "Partners", "how it goes with each"),
    ("/process/v1/health", "Health", "what is waiting, and how far the work has come"),
    ("/process/v1/events", "Events", "what happens, as it happens (keeps loading: it is a live stream)"),
    ("/openapi.json", "The API", "every address, as OpenAPI 3.1"),
)

_CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@get("/", include_in_schema=False)
async def home(request: Request[Any, Any, Any]) -> Response[str]:
    """Say what this is and where to look next."""
    links = "".join(f'<dt><a href="{a}">{escape(name)}</a></dt><dd>{escape(says)}</dd>' for a, name, says in _LINKS)
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Tradelane</title><style>{_STYLE}</style><main><h1>Do the orders arrive as ordered?</h1>"
        "<p>Tradelane keeps the ERP, the suppliers and the warehouses in step: it speaks what each speaks, decides "
        "what it means for the order, and says what is late, short or unmatched.</p>"
        f"<dl>{links}</dl>"
        "<p>Everything about one number: <code>/process/v1/trace/&lt;order, document or control number&gt;</code>. "
        "Partners send to <code>POST /partner/v1/transmissions</code> with their key.</p>"
        f"<p>Release {escape(house_of(request).version)}.</p></main></html>"
    )
    return Response(text, media_type="text/html", headers={"content-security-policy": _CSP})

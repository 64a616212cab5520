"""The two small pages of a sign-in that comes back from elsewhere: go on, or why not. They hold no script."""

from html import escape

from litestar import Response

from tradelane.model.finding import Finding

CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
_STYLE = (
    ":root{color-scheme:light dark;--bg:#f4f5f7;--surface:#fff;--line:#e4e7ec;--ink:#14181f;--accent:#2a52be;"
    "--bad:#b42318}@media(prefers-color-scheme:dark){:root{--bg:#0d1015;--surface:#14181f;--line:#252c37;"
    "--ink:#e8ebf0;--accent:#93b0ff;--bad:#ff8f80}}body{margin:14vh auto 0;max-width:380px;padding:0 16px;"
    "background:var(--bg);color:var(--ink);font:13px/1.45 system-ui,sans-serif}h1{font-size:20px;line-height:26px;"
    "font-weight:600;margin:0 0 12px}section{background:var(--surface);border:1px solid var(--line);"
    "border-radius:10px;padding:16px 20px 20px}p{margin:0 0 10px}a{color:var(--accent)}.bad{color:var(--bad)}"
)


def onward(to: str) -> Response[str]:
    """Return the page that leads on to *to*, a page of ours.

    A browser that comes from elsewhere sends no cookie that is for our own pages alone, wherever it is led; what this
    page itself asks for comes from us.
    """
    head = f'<meta http-equiv="refresh" content="0;url={escape(to)}">'
    return _page(200, head, "You are signed in", f'<p><a href="{escape(to)}">Go on</a></p>')


def not_in(status: int, finding: Finding, to: str) -> Response[str]:
    """Return the page that says why somebody is not signed in, and what to do."""
    says = f'<p role="alert" class="bad">{escape(finding.says)} {escape(finding.fix)}</p>'
    return _page(status, "", "You are not signed in", f'{says}<p><a href="{escape(to)}">Back to the sign-in</a></p>')


def _page(status: int, head: str, title: str, content: str) -> Response[str]:
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · Tradelane</title>'
        f'<meta name="viewport" content="width=device-width">{head}<style>{_STYLE}</style></head>'
        f"<body><main><h1>{title}</h1><section>{content}</section></main></body></html>"
    )
    headers = {"content-security-policy": CSP}
    return Response(text, status_code=status, media_type="text/html; charset=utf-8", headers=headers)

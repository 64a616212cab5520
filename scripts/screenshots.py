"""Pictures of every page of a running demo, in light and dark: python -m scripts.screenshots ADDRESS FOLDER.

They are for looking at; the README shows one of them.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

SIZES = {"": (1440, 900), "-phone": (390, 844)}
SETTLE_MS = 1500


def shoot(address: str, folder: Path) -> list[Path]:
    """Save the pictures into *folder*; return where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for theme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                window = browser.new_context(
                    color_scheme="dark" if theme == "dark" else "light", viewport={"width": width, "height": height}
                )
                page = window.new_page()
                for name, path in _pages(page, address).items():
                    page.goto(address + path)
                    page.wait_for_timeout(SETTLE_MS)
                    taken.append(folder / f"{name}-{theme}{size}.png")
                    page.screenshot(path=taken[-1])
                window.close()
    return taken


def _pages(page: Page, address: str) -> dict[str, str]:
    def ask(path: str) -> dict[str, list[dict[str, str]]]:
        return page.request.get(f"{address}/process/v1{path}").json()

    documents = ask("/documents?limit=500")["items"]
    answer = next(row["id"] for row in documents if row.get("document_type") == "order_response")
    problem = ask("/today")["problems"][0]["case"]["id"]  # type: ignore[index]
    order = ask("/orders?limit=1")["items"][0]["number"]
    return {
        "today": f"/?open={problem}",
        "start": "/start",
        "orders": "/orders",
        "order": f"/orders/{order}",
        "documents": "/documents",
        "document": f"/documents/{answer}",
        "partners": "/partners",
        "exception": f"/exceptions/{problem}",
        "search": f"/search?q={order}",
    }


if __name__ == "__main__":
    for path in shoot(sys.argv[1], Path(sys.argv[2])):
        print(path)

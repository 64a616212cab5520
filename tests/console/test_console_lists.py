"""Long lists, what they are chosen by, what is found by a number, and what a page says where it has nothing to show."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Route, expect
from tests.console.conftest import Console

AXE = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
FAR = 100_000


def test_documents_are_chosen_and_the_choice_stands_in_the_address(console: Console):
    page = console.open("/documents")
    page.get_by_label("Every kind").select_option("order_response")
    page.get_by_label("Both ways").select_option("in")
    page.get_by_label("Every partner").select_option("harbor")
    rows = page.locator("[data-row]")
    expect(rows.filter(has_not_text="harbor → us")).to_have_count(0)
    expect(rows.filter(has_not_text="(855)")).to_have_count(0)
    assert parse_qs(urlsplit(page.url).query) == {"kind": ["order_response"], "way": ["in"], "partner": ["harbor"]}
    page.reload()
    expect(rows.first).to_contain_text("harbor → us")
    expect(page.get_by_label("Every kind")).to_have_value("order_response")


def test_only_late_orders_of_one_supplier_are_shown_when_asked(console: Console):
    late = console.ask("/orders?late=true&limit=500")["items"]
    assert late
    assert all(row["late"] for row in late)
    page = console.open("/orders")
    page.get_by_role("button", name="Late").click()
    page.get_by_label("Every supplier").select_option(late[0]["supplier"])
    rows = page.locator("[data-row]")
    expect(rows.first).to_contain_text(late[0]["number"])
    expect(rows.filter(has_not_text=late[0]["supplier"])).to_have_count(0)


def test_a_number_of_a_shipment_leads_to_its_order_and_its_papers(console: Console):
    notice = next(row for row in console.ask("/documents?document_type=ship_notice&limit=50")["items"] if row["number"])
    page = console.open(f"/search?q={notice['number']}")
    expect(page.get_by_role("heading", name="Documents")).to_be_visible()
    expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    expect(page.locator("main .found")).to_contain_text([re.compile("ASN names it|names the order"), "ASN"])


def test_orders_are_found_by_how_they_begin(console: Console):
    number = console.ask("/orders?limit=1")["items"][0]["number"]
    page = console.open("/partners")
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Find").fill(number[:-2])
    expect(page.get_by_role("option").first).to_contain_text("starts so")
    expect(page.get_by_role("group", name="Orders")).to_be_visible()


def test_a_hundred_thousand_orders_are_scrolled_with_few_rows_drawn(console: Console):
    """The server's pages are made up here, for no demo has so many; what is drawn of them is what counts."""
    like = console.ask("/orders?limit=1")["items"][0]

    def made_up(route: Route) -> None:
        asked = parse_qs(urlsplit(route.request.url).query)
        start = int(asked.get("after", ["0"])[0])
        end = min(FAR, start + int(asked["limit"][0]))
        items = [like | {"number": f"FAR-{n}", "lines": []} for n in range(start, end)]
        route.fulfill(json={"items": items, "next": str(end) if end < FAR else "", "link": ""})

    console.page.route("**/process/v1/orders?*", made_up)
    page = console.open("/orders")
    rows = page.get_by_role("table", name="Orders")
    drawn = rows.locator("[data-row]")
    for far in (80, 380, 980, 1980):
        page.wait_for_function(
            """far => { const list = document.querySelector(".rows"); list.scrollTop = list.scrollHeight;
                return [...document.querySelectorAll("[data-row]")].some(one => Number(one.dataset.row) >= far) }""",
            arg=far,
        )
        assert drawn.count() < 200
    number = drawn.nth(8).get_attribute("data-row")
    row = rows.locator(f"[data-row='{number}']")
    expect(row).to_contain_text(f"FAR-{number}")
    row.click()
    expect(page).to_have_url(re.compile(f"/orders/FAR-{number}$"))
    page.get_by_role("alert").wait_for()
    page.unroute_all(behavior="wait")
    page.goto("about:blank")
    console.complaints.clear()  # There is no such order.


@pytest.mark.parametrize("console", ["light", "dark"], indirect=True)
def test_a_partners_days_are_a_picture_and_a_table_of_the_same_numbers(console: Console):
    page = console.open("/partners/harbor")
    expect(page.locator(".plot svg path").first).to_be_attached()
    page.get_by_text("The same numbers as a table").click()
    table = page.get_by_role("table", name="Documents and problems by day")
    told = console.ask("/partners/harbor/days?days=30")["days"]
    assert table.locator("tbody tr").count() == len(told) == 30
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document.querySelector('.panel')).then(r => r.violations)")
    assert not [one["id"] for one in found if one["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("path", ["/orders", "/documents", "/partners", "/"])
def test_a_page_that_gets_no_answer_says_so_and_tries_again(console: Console, path: str):
    name = path.strip("/") or "today"
    refusal = {"title": "The store cannot be reached.", "status": 503, "findings": []}
    console.page.route(
        re.compile(f"/process/v1/{name}(\\?.*)?$"), lambda route: route.fulfill(status=409, json=refusal)
    )
    page = console.open(path)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This could not be shown")
    expect(alert).to_contain_text("The store cannot be reached.")
    page.unroute_all(behavior="wait")
    alert.get_by_role("button", name="Try again").click()
    expect(alert).to_have_count(0)
    console.complaints.clear()  # The browser itself says that a request failed.


@pytest.mark.parametrize(
    ("path", "says", "next_step"),
    [
        ("/orders?state=sent_back&partner=nobody", "No order is like that.", "Choose less"),
        ("/documents?partner=nobody", "No document is like that.", "Choose less"),
        ("/search?q=NOBODY-HAS-IT", "Nothing has NOBODY-HAS-IT in it.", "Look at the number again"),
        ("/?role=nobody", "Nothing needs you here.", "Take the filter away"),
    ],
)
def test_an_empty_page_says_what_is_true_and_what_comes_next(console: Console, path: str, says: str, next_step: str):
    page = console.open(path)
    expect(page.get_by_text(says)).to_be_visible()
    expect(page.get_by_text(next_step)).to_be_visible()


@pytest.mark.parametrize(("path", "name"), [("/orders", "orders"), ("/documents", "documents")])
def test_a_page_that_waits_shows_grey_lines(console: Console, path: str, name: str):
    held: list[Route] = []
    console.page.route(re.compile(f"/process/v1/{name}\\?"), lambda route: held.append(route))
    page = console.open(path)
    expect(page.get_by_role("status", name="Loading")).to_be_visible()
    for route in held:
        route.continue_()
    expect(page.locator("[data-row]").first).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")


@pytest.mark.parametrize("path", ["/orders", "/documents", "/", "/search?q=4400", "/partners/harbor"])
def test_nothing_goes_sideways_on_a_small_phone(console: Console, path: str):
    console.page.set_viewport_size({"width": 320, "height": 640})
    page = console.open(path)
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

"""Every page of the console as a person meets it: what it asks, what it shows, what its buttons do."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.console.conftest import Console

AXE = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
ORDER_855 = (
    "ISA*00*          *00*          *ZZ*SOMEBODY       *ZZ*TRADELANE      *261120*1200*U*00401*000000077*0*P*>~"
    "GS*PR*SOMEBODY*TRADELANE*20261120*1200*77*X*004010~ST*855*0001~BAK*00*AC*NEVER-STORED-1*20261109~"
    "PO1*1*24*EA*9.95**BP*SKU-1~ACK*IA*24*EA*068*20261131~CTT*1~SE*6*0001~GE*1*77~IEA*1*000000077~"
)


def an_order(console: Console) -> dict:
    return console.ask("/orders?limit=1")["items"][0]


def a_document(console: Console, kind: str, direction: str) -> dict:
    rows = console.ask("/documents?limit=500")["items"]
    return next(row for row in rows if row.get("document_type") == kind and row["direction"] == direction)


def pages(console: Console) -> dict[str, str]:
    problem = console.ask("/today")["problems"][0]["case"]
    return {
        "/": "What needs me today?",
        "/start": "What can I see in ten minutes?",
        "/orders": "Do the orders arrive as ordered?",
        f"/orders/{an_order(console)['number']}": "arrive as ordered?",
        "/documents": "What came and went?",
        f"/documents/{a_document(console, 'order_response', 'in')['id']}": "What did",
        f"/documents/{a_document(console, 'purchase_order', 'out')['id']}": "What did we tell",
        "/partners": "How does it go with each partner?",
        "/partners/harbor": "How does it go with each partner?",
        f"/exceptions/{problem['id']}": "What is wrong, and what can be done?",
        f"/search?q={an_order(console)['number']}": "Where is",
    }


def settled(page: Page) -> None:
    """Wait until nothing on the page is still being fetched."""
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


@pytest.mark.parametrize("console", ["light", "dark"], indirect=True)
def test_every_page_asks_its_question_and_can_be_used_by_everybody(console: Console):
    grave: list[str] = []
    for path, question in pages(console).items():
        page = console.open(path)
        settled(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text(question)
        assert question.split("?")[0] in page.title() or question in page.title()
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("axe.run(document, {iframes: false}).then(r => r.violations)")
        grave += [
            f"{path}: {one['id']}: {one['nodes'][0]['html'][:160]}"
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
    assert not grave, "\n".join(grave)


def test_what_is_shown_today_adds_up(console: Console):
    page = console.open("/")
    page.locator("tr.go").first.wait_for()
    told = page.evaluate("fetch('/process/v1/today').then(r => r.json())")
    assert sum(each["count"] for each in told["counts"]) == told["count"] == len(told["problems"])
    assert sum(Decimal(each["amount"]) for each in told["counts"]) == Decimal(told["amount"])
    chosen = page.locator(".counts button").filter(has_text="Unmatched")
    chosen.click()
    expect(chosen).to_have_attribute("aria-pressed", "true")
    expect(page.locator("tr.go")).to_have_count(int(chosen.locator("b").inner_text()))
    groups = page.locator("tr.grp .tab").all_inner_texts()
    assert sum(int(re.match(r"[\d,]+", said)[0].replace(",", "")) for said in groups) == page.locator("tr.go").count()


def test_the_keys_move_open_select_and_close(console: Console):
    page = console.open("/")
    page.locator("tr.go").nth(2).wait_for()
    first, second = (page.locator("tr.go").nth(n).get_attribute("data-id") for n in (0, 1))
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(f'tr[data-id="{second}"]')).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.get_by_role("toolbar", name="Bulk actions")).to_contain_text("1 selected")
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Problem")).to_contain_text("What to do")
    assert f"open={first}" in page.url
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Problem")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="All keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Do the orders"))


def test_a_problem_is_taken_and_ended_with_a_word_that_stays_on_record(console: Console):
    case = next(
        each["case"] for each in console.ask("/today")["problems"] if each["case"]["kind"] == "RECEIVING_DAMAGED"
    )
    page = console.open(f"/?open={case['id']}")
    panel = page.get_by_role("complementary", name="Problem")
    panel.get_by_role("button", name="Take it").click()
    expect(page.get_by_text("It is yours.")).to_be_visible()
    assert console.ask(f"/cases/{case['id']}")["case"]["owner"]
    panel.get_by_text("Claim", exact=True).click()
    panel.get_by_label("Why, or what was said").fill("Photo sent to the carrier")
    panel.get_by_role("button", name="Claim").click()
    expect(page.locator(f'tr[data-id="{case["id"]}"]')).to_have_count(0)
    ended = console.ask(f"/cases/{case['id']}")["case"]
    assert (ended["state"], ended["action"], ended["note"]) == ("resolved", "Claim", "Photo sent to the carrier")


def test_what_a_supplier_answered_is_accepted_and_the_order_takes_it(console: Console):
    orders = console.ask("/orders?limit=500")["items"]
    waiting = {each["number"]: each for each in orders if any(line["disputed"] for line in each["lines"])}
    case = next(
        each["case"]
        for each in console.ask("/today")["problems"]
        if each["case"]["kind"].startswith("ACK_")
        and each["case"]["about"].removeprefix("purchase_order/") in waiting
        and any(
            line["disputed"] and each["case"].get("line", "") in ("", line["number"])
            for line in waiting[each["case"]["about"].removeprefix("purchase_order/")]["lines"]
        )
    )
    number = case["about"].removeprefix("purchase_order/")
    page = console.open(f"/exceptions/{case['id']}")
    panel = page.get_by_role("complementary", name="Problem")
    panel.get_by_role("button", name="Accept what the supplier says").click()
    expect(panel.get_by_text("How it ended")).to_be_visible()
    lines = console.ask(f"/orders/{number}")["order"]["lines"]
    assert not any(line["disputed"] for line in lines if case.get("line", "") in ("", line["number"]))


def chased(console: Console) -> dict:
    """A problem about an order that its supplier has not answered in full."""
    orders = {each["number"]: each for each in console.ask("/orders?limit=500")["items"]}
    return next(
        each["case"]
        for each in console.ask("/today")["problems"]
        if each["case"]["kind"].startswith("ACK_")
        and (order := orders.get(each["case"]["about"].removeprefix("purchase_order/")))
        and not order.get("closed")
    )


def test_a_problem_is_commented_on_and_rests_with_a_reason(console: Console):
    case = console.ask("/today")["problems"][-1]["case"]
    page = console.open(f"/?open={case['id']}")
    panel = page.get_by_role("complementary", name="Problem")
    panel.get_by_role("button", name="Comment…").click()
    page.get_by_role("dialog").get_by_label("Comment").fill("Asked the dock to look again")
    page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    expect(panel).to_contain_text("Asked the dock to look again")
    page.keyboard.press("s")
    page.get_by_role("dialog").get_by_label("Why").fill("The truck comes tomorrow")
    page.get_by_role("dialog").get_by_role("button", name="Let it rest").click()
    expect(page.locator(f'tr[data-id="{case["id"]}"]')).to_have_count(0)
    assert console.ask(f"/cases/{case['id']}")["case"]["snoozed_why"] == "The truck comes tomorrow"
    expect(page.get_by_text(re.compile(r"rest until later"))).to_be_visible()


def test_what_a_supplier_said_by_phone_is_recorded_as_its_answer(console: Console):
    case = chased(console)
    number = case["about"].removeprefix("purchase_order/")
    before = len([one for one in console.ask(f"/orders/{number}")["timeline"] if one["type"].endswith(".responded")])
    page = console.open(f"/exceptions/{case['id']}")
    page.get_by_role("button", name="By phone…").click()
    form = page.get_by_role("dialog", name="What did the supplier say?")
    form.get_by_label(re.compile("^Answer, line")).first.select_option("accepted")
    form.get_by_label("Who said it").fill("D. Hale")
    form.get_by_role("button", name="Record it as their answer").click()
    expect(page.get_by_text("Recorded as the supplier's answer.")).to_be_visible()
    after = len([one for one in console.ask(f"/orders/{number}")["timeline"] if one["type"].endswith(".responded")])
    assert after == before + 1


def test_an_order_is_a_picture_that_adds_up(console: Console):
    page = console.open(f"/orders/{an_order(console)['number']}")
    bars = page.get_by_role("img", name=re.compile(" ordered"))
    bars.first.wait_for()
    for said in bars.evaluate_all("all => all.map(one => one.getAttribute('aria-label'))"):
        ordered, parts = said.split(" = ")
        left = sum(Decimal(one.replace(",", "")) for one in re.findall(r"[\d,.]*\d", ordered))
        assert left == sum(Decimal(one.replace(",", "")) for one in re.findall(r"[\d,.]*\d", parts)), said
    expect(page.get_by_role("heading", name="Planned and actual")).to_be_visible()
    first = page.locator("table.ol tr.go").first
    if first.get_by_role("button").get_attribute("aria-expanded") == "true":  # A line that is late is open already.
        first.click()
        expect(page.get_by_text("Quantities add up.")).to_be_hidden()
    first.click()
    expect(page.get_by_text("Quantities add up.").first).to_be_visible()


def test_a_document_stands_beside_its_meaning_and_a_value_says_where_it_comes_from(console: Console):
    page = console.open(f"/documents/{a_document(console, 'order_response', 'in')['id']}")
    expect(page.get_by_role("heading", name="What happened to it")).to_be_visible()
    inner = page.frame_locator("iframe.page")
    inner.locator("#raw .v").first.focus()
    expect(inner.locator("#prov")).to_contain_text("Where does this come from?")
    expect(inner.locator("#prov")).to_contain_text(re.compile("bytes [0-9]", re.IGNORECASE))
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download").click()
    assert Path(saved.value.path()).read_bytes()


def test_a_document_of_ours_is_sent_again(console: Console):
    first = a_document(console, "purchase_order", "out")
    page = console.open(f"/documents/{first['id']}")
    page.get_by_role("button", name="Send again…").click()
    page.get_by_role("dialog").get_by_label("Why").fill("They lost it")
    page.get_by_role("dialog").get_by_role("button", name="Send it again").click()
    expect(page.get_by_text(f"{first['partner']} gets it again.")).to_be_visible()
    page.wait_for_function(
        """async path => (await (await fetch(path)).json()).documents.filter(
            one => one.direction === 'out' && one.document_type === 'purchase_order').length > 1""",
        arg=f"/process/v1/trace/{first['number']}",
    )


def test_a_document_that_came_is_looked_at_corrected_and_taken_so(console: Console):
    came = a_document(console, "order_response", "in")
    page = console.open(f"/documents/{came['id']}")
    page.get_by_role("button", name="Correct…").click()
    form = page.get_by_role("dialog", name="Correct it")
    as_sent = form.get_by_label("As it should be")
    expect(as_sent).not_to_have_value("")
    as_sent.fill(as_sent.input_value() + "\n")
    expect(form.get_by_role("button", name="Take it so")).to_be_disabled()
    form.get_by_role("button", name="Look at it").click()
    expect(page.frame_locator("iframe[name=corrected]").locator("#mean")).to_contain_text(came["number"])
    form.get_by_label("Why, and who said so").fill("A blank line was missing")
    form.get_by_role("button", name="Take it so").click()
    expect(page.get_by_text("Taken as if it had come so.")).to_be_visible()


def test_a_dropped_file_is_read_and_nothing_of_it_is_kept(console: Console):
    page = console.open("/documents")
    page.get_by_role("button", name="Drop a file to try").click()
    file = {"name": "answer.edi", "mimeType": "text/plain", "buffer": ORDER_855.encode()}
    page.get_by_label("Choose a file").set_input_files(file)
    inner = page.frame_locator("iframe[name=tried]")
    expect(inner.locator("#mean")).to_contain_text("NEVER-STORED-1")
    expect(inner.locator("#raw")).to_contain_text("20261131")
    expect(inner.locator(".note").first).to_be_visible()
    found = page.request.get(f"{console.address}/process/v1/trace/NEVER-STORED-1")
    assert found.status == 404


def test_a_number_is_found_from_anywhere(console: Console):
    number = an_order(console)["number"]
    page = console.open("/partners")
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Find").fill(number)
    expect(page.get_by_role("option").first).to_contain_text("order number")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)


def test_a_long_list_is_fetched_and_drawn_piece_by_piece(console: Console):
    page = console.open("/documents")
    rows = page.get_by_role("table", name="Documents")
    rows.get_by_role("row").nth(5).wait_for()
    seen = set()
    for _ in range(12):
        seen |= set(rows.locator("[data-row]").evaluate_all("all => all.map(one => one.dataset.row)"))
        assert rows.locator("[data-row]").count() < 80
        rows.evaluate("one => one.scrollBy(0, 1500)")
        page.wait_for_function("count => document.querySelectorAll('[data-row]').length > 0", arg=0)
    last = rows.locator("[data-row]").last.get_attribute("data-row")
    assert int(last or 0) > 120, "the second page was fetched while scrolling"


def test_a_view_is_kept_by_its_name_and_forgotten(console: Console):
    page = console.open("/?status=short&due=1")
    page.get_by_role("button", name="Keep this view").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Short and due")
    page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    console.open("/orders")
    page.get_by_role("navigation", name="Kept views").get_by_role("link", name="Short and due").click()
    expect(page.locator(".counts button").filter(has_text="Short")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Forget").click()
    expect(page.get_by_role("navigation", name="Kept views")).to_have_count(0)


def test_who_is_switched_off_misses_nothing(console: Console):
    page = console.open("/start")
    switch = page.get_by_role("switch", name="Our own processing")
    switch.click()
    expect(page.get_by_text("stopped: what comes is kept")).to_be_visible()
    came = console.ask("/documents?limit=1")["items"][0]["id"]
    switch.click()
    page.wait_for_function(
        "async id => (await (await fetch('/process/v1/documents?limit=1')).json()).items[0].id !== id", arg=came
    )
    supplier = page.get_by_role("switch", name="Lumen Lighting")
    supplier.click()
    expect(page.get_by_text(re.compile("^Supplier, down"))).to_be_visible()
    supplier.click()
    expect(page.get_by_text(re.compile("^Supplier, down"))).to_have_count(0)
    expect(page.get_by_text("0 lost")).to_be_visible()


def test_a_lost_connection_is_said_and_found_again(console: Console):
    console.page.route("**/process/v1/events", lambda route: route.abort())
    page = console.open("/")
    expect(page.get_by_text(re.compile("Not connected since"))).to_be_visible()
    page.unroute("**/process/v1/events")
    expect(page.get_by_text("changes come by themselves")).to_be_visible(timeout=30_000)
    expect(page.get_by_text(re.compile("Not connected since"))).to_have_count(0)
    console.complaints.clear()  # The browser itself says that a request failed.


def test_what_came_meanwhile_waits_until_it_is_asked_for(console: Console):
    page = console.open("/documents")
    first = page.locator("[data-row='0']")
    before = first.locator("span").nth(2).inner_text()
    page.get_by_role("button", name=re.compile(r"new, show|new, \d+ moved, show")).wait_for(timeout=60_000)
    expect(first).to_contain_text(before)
    page.keyboard.press(".")
    page.wait_for_function(
        "before => !document.querySelector(\"[data-row='0']\").innerText.includes(before)", arg=before
    )

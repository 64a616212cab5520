"""What hands on the keyboard do, what a person does to many problems at once, and what moves only when asked."""

import re

from playwright.sync_api import Page, Route, expect
from tests.console.conftest import Console


def problems(console: Console) -> list[dict]:
    return [each["case"] for each in console.ask("/today")["problems"]]


def asked_of(console: Console, count: int) -> list[dict]:
    """Problems of as many orders that wait for their supplier."""
    found = {each["about"]: each for each in problems(console) if each["kind"].startswith("ACK_")}
    return list(found.values())[-count:]


def row(page: Page, case: dict):
    return page.locator(f'tr[data-id="{case["id"]}"]')


def pick(page: Page, *cases: dict) -> None:
    for case in cases:
        row(page, case).get_by_role("checkbox").check()


def test_a_range_is_selected_and_taken_back(console: Console):
    page = console.open("/")
    page.locator("tr.go").nth(3).wait_for()
    for key in ("j", "x", "j", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    bar = page.get_by_role("toolbar", name="Bulk actions")
    expect(bar).to_contain_text("4 selected")
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)


def test_n_goes_from_problem_to_problem(console: Console):
    page = console.open("/")
    page.locator("tr.go").nth(2).wait_for()
    ids = page.locator("tr.go").evaluate_all("all => all.slice(0, 2).map(one => one.dataset.id)")
    for key, at in (("n", 0), ("n", 1), ("Shift+N", 0)):
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(f"open={ids[at]}"))
        expect(page.locator(f'tr[data-id="{ids[at]}"]')).to_be_focused()


def test_a_problem_is_given_to_somebody_and_back_again(console: Console):
    case = next(each for each in reversed(problems(console)) if not each.get("owner"))
    page = console.open(f"/?open={case['id']}")
    page.get_by_role("complementary", name="Problem").get_by_role("button", name="Assign…").wait_for()
    page.keyboard.press("a")
    page.get_by_role("dialog", name="Assign").get_by_label("Person").wait_for()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Demo user has it.")).to_be_visible()
    assert console.ask(f"/cases/{case['id']}")["case"]["owner"] == "Demo user"
    page.keyboard.press("u")
    expect(page.get_by_text("Exception given back by")).to_be_visible()
    assert not console.ask(f"/cases/{case['id']}")["case"].get("owner")


def test_the_next_of_the_list_is_one_key_away(console: Console):
    page = console.open("/documents")
    page.locator("[data-row='1']").click()
    near = page.get_by_role("navigation", name="In the list")
    expect(near).to_contain_text(re.compile(r"^2 of"))
    page.keyboard.press("]")
    expect(near).to_contain_text(re.compile(r"^3 of"))
    page.keyboard.press("[")
    expect(near).to_contain_text(re.compile(r"^2 of"))
    page.keyboard.press("[")
    expect(near).to_contain_text(re.compile(r"^1 of"))


def test_every_key_is_listed(console: Console):
    page = console.open("/")
    page.keyboard.press("?")
    told = page.get_by_role("dialog", name="All keys").inner_text()
    for key in ("Shift x", "n N", "[ ]", "Ctrl Enter", "a · s · r", "undo", "show what is new"):
        assert key in told


def test_many_problems_are_put_to_rest_each_with_a_key_of_its_own(console: Console):
    cases = [each for each in problems(console)[-6:-3]]
    page = console.open("/")
    pick(page, *cases)
    keys: list[str] = []
    page.on("request", lambda sent: keys.append(sent.headers["idempotency-key"]) if sent.method == "POST" else None)
    page.get_by_role("button", name="Snooze 3…").click()
    form = page.get_by_role("dialog", name="Let it rest")
    form.get_by_label("Why").fill("Stock is being counted")
    form.get_by_role("button", name="Let 3 problems rest").click()
    expect(page.get_by_text("3 put to rest.")).to_be_visible()
    assert len(set(keys)) == 3
    assert {console.ask(f"/cases/{each['id']}")["case"]["snoozed_why"] for each in cases} == {"Stock is being counted"}
    for each in cases:
        expect(row(page, each)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    for each in cases:
        page.wait_for_function(
            """id => { document.querySelector(".fresh button")?.click();
                return document.querySelector(`tr[data-id="${id}"]`) }""",
            arg=each["id"],
        )


def test_what_did_not_work_stays_selected_and_is_tried_again_with_the_same_key(console: Console):
    first, second = problems(console)[-2:]
    page = console.open("/")
    pick(page, first, second)
    keys: list[str] = []

    def fail_once(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            route.continue_()
        else:
            route.fulfill(
                status=503, json={"title": "The store is away", "findings": []}, content_type="application/json"
            )

    page.route(f"**/cases/{second['id']}/resolve", fail_once)
    page.get_by_role("button", name="End 2…").click()
    form = page.get_by_role("dialog", name="End")
    form.get_by_label("What was done").select_option("Settled outside")
    form.get_by_label("Why, or what was said").fill("Called them")
    form.get_by_role("button", name="End 2 problems").click()
    bar = page.get_by_role("toolbar", name="Bulk actions")
    expect(bar).to_contain_text("1 selected")
    expect(bar).to_contain_text("1 ended, 1 not.")
    expect(bar).to_contain_text("The store is away")
    page.get_by_role("button", name="End 1…").click()
    form.get_by_label("What was done").select_option("Settled outside")
    form.get_by_label("Why, or what was said").fill("Called them")
    page.keyboard.press("Control+Enter")
    expect(bar).to_have_count(0)
    assert len(keys) == 2
    assert len(set(keys)) == 1
    for each in (first, second):
        ended = console.ask(f"/cases/{each['id']}")["case"]
        assert (ended["state"], ended["action"], ended["note"]) == ("resolved", "Settled outside", "Called them")
    console.complaints.clear()  # The browser itself says that a request failed.


def test_suppliers_are_reminded_and_problems_given_away_together(console: Console):
    cases = asked_of(console, 2)
    page = console.open("/")
    pick(page, *cases)
    page.get_by_role("button", name="Assign 2…").click()
    page.get_by_role("dialog", name="Assign").get_by_role("button", name="Assign").click()
    expect(page.get_by_text("2 assigned.")).to_be_visible()
    pick(page, *cases)
    with page.expect_response(re.compile("/remind$")):
        page.keyboard.press("r")
    expect(page.get_by_text(re.compile(r"reminded"))).not_to_have_count(0)
    assert {console.ask(f"/cases/{each['id']}")["case"]["owner"] for each in cases} == {"Demo user"}
    console.complaints.clear()  # Who has answered in full meanwhile is not reminded, and the line above says so.


def test_no_row_moves_under_the_reader(console: Console):
    *_, ended, late = problems(console)
    held = {"back": True}

    def without_it(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        if held["back"]:
            told["problems"] = [each for each in told["problems"] if each["case"]["id"] != late["id"]]
        route.fulfill(response=answer, json=told)

    console.page.route("**/process/v1/today", without_it)
    page = console.open("/")
    row(page, ended).wait_for()
    expect(row(page, late)).to_have_count(0)
    held["back"] = False
    done = page.request.post(
        f"{console.address}/process/v1/cases/{ended['id']}/resolve", data={"action": "Settled outside"}
    )
    assert done.ok
    bar = page.get_by_role("button", name=re.compile(r"new, \d+ over, show"))
    bar.wait_for()
    expect(row(page, ended)).to_have_count(1)
    expect(row(page, late)).to_have_count(0)
    bar.click()
    expect(row(page, ended)).to_have_count(0)
    expect(row(page, late)).to_have_count(1)
    page.unroute_all(behavior="wait")

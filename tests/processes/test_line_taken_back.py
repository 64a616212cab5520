"""A line that the buyer takes back is cut once the supplier agrees: what it has not agreed to may still come."""

import pytest
from tests.processes.house import House
from tests.processes.papers import NOTICE, ORDER, accepted, answer, change, line_change, notice, order, outcome, release

from tradelane.domain.order_book import change_pending, line_status, status
from tradelane.model.policy import Policy
from tradelane.model.purchase_order import OrderChanged

TAKE_BACK = change(1, [line_change("2", action="delete")])


def house(policy=None):
    made = House(policy)
    made.tell(ORDER, release())
    made.tell(ORDER, accepted())
    made.tell(ORDER, TAKE_BACK)
    return made


def line(made):
    return made.state(ORDER).lines["2"]


def test_nothing_is_cut_before_the_supplier_agrees_and_it_is_chased():
    made = house()
    assert (line(made).open, line(made).cut, line_status(line(made))) == (50, 0, "open")
    assert change_pending(made.state(ORDER))
    assert (ORDER, "answer") in made.timers
    made.wait(days=30)
    assert line(made).cut == 0, "silence is not a yes"
    assert "ACK_OVERDUE" in made.cases()


def test_policy_may_say_that_the_buyers_word_is_enough():
    made = house(Policy(delete_at_once=True))
    assert (line(made).cut, line_status(line(made))) == (50, "cancelled")
    assert status(made.state(ORDER)) == "acknowledged"


@pytest.mark.parametrize(
    "said",
    [
        accepted(on=9),
        answer({"2": [outcome("deleted", 50)]}, on=9),
        answer({"2": [outcome("rejected")]}, on=9),
        answer({"2": [outcome("accepted", 0)]}, on=9),
    ],
    ids=["all accepted", "deleted", "rejected", "accepted with no units"],
)
def test_a_supplier_that_agrees_ends_the_line(said):
    made = house()
    made.tell(ORDER, said)
    assert (line(made).cut, line(made).deleting, line_status(line(made))) == (50, False, "cancelled")
    assert status(made.state(ORDER)) == "acknowledged"
    assert not made.cases()
    assert not change_pending(made.state(ORDER))


def test_a_supplier_that_ships_all_the_same_says_so_and_a_person_is_asked():
    made = house()
    made.tell(ORDER, answer({"2": [outcome("accepted", 50)]}, on=9))
    assert (line(made).promised, line(made).cut, line(made).deleting) == (50, 0, False)
    assert "line 2 is over: ordered 0 EA, answered 50 EA" in made.cases()["ACK_QTY_SHORT"]


def test_what_leaves_meanwhile_is_under_way_and_the_rest_waits():
    made = house()
    made.tell(NOTICE, notice({"2": 20}))
    assert (line(made).shipped, line(made).open) == (20, 30)
    made.tell(ORDER, answer({"2": [outcome("deleted")]}, on=9))
    assert (line(made).shipped, line(made).cut, line_status(line(made))) == (20, 30, "shipped")


def test_goods_of_a_line_taken_back_that_leave_all_the_same_are_somebodys_question_until_it_is_wanted_again():
    made = house()
    made.tell(NOTICE, notice({"1": 100}))
    assert not made.cases(), "the other line has nothing to do with it"
    made.tell(NOTICE, notice({"1": 100, "2": 20}, purpose="replace"))
    says = made.cases()["CANCEL_VS_SHIP"]
    assert "acme ships 20 of line 2 of order 4711 with ship notice N1" in says
    made.tell(ORDER, change(2, [line_change("2", 40)]))
    assert "CANCEL_VS_SHIP" not in made.cases()


def test_nobody_is_asked_about_goods_that_leave_once_the_supplier_has_said_what_becomes_of_the_line():
    made = house()
    made.tell(ORDER, answer({"2": [outcome("accepted", 50)]}, on=9))
    made.tell(NOTICE, notice({"2": 50}))
    assert "CANCEL_VS_SHIP" not in made.cases()


def test_a_line_taken_back_twice_is_taken_back_once_and_may_be_wanted_again():
    made = house()
    made.tell(ORDER, release(order(quantities=(100,), purpose="replace")))
    assert len(made.of(OrderChanged)) == 1, "the whole order says nothing new"
    made.tell(ORDER, change(2, [line_change("2", 40)]))
    made.tell(ORDER, accepted(on=9))
    assert (line(made).promised, line(made).deleting) == (40, False)

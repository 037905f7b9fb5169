"""Two clerks at once: one step is taken once, two merges never make a circle."""

import threading

from django.db import connection, transaction

from parvis.core.cases import operations
from parvis.core.cases.models import Case, HandOver
from parvis.core.cases.workflow import State
from parvis.core.identity.tests.factories import TerritoryFactory, staff_actor
from parvis.core.tenancy.context import use
from parvis.lib.errors import WrongState

from .factories import NOW, make_case


def together(*acts):
    """Run each act in its own thread and transaction, all starting at once; return what each returned or raised."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, territory, act):
        try:
            gate.wait(10)
            with transaction.atomic(), use(territory=territory):
                results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, *act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def setting(count):
    with transaction.atomic():
        territory = TerritoryFactory()
        with use(territory=territory):
            clerk = staff_actor(territory)
            return territory, clerk, [make_case(territory) for _ in range(count)]


def test_two_clerks_close_once(committed_db):
    territory, clerk, (case,) = setting(1)

    def close():
        found = Case.objects.get(pk=case.pk)
        return operations.close_case(actor=clerk, case=found, now=NOW)

    results = together(*[(territory, close)] * 4)
    assert sum(isinstance(result, Case) for result in results) == 1
    assert sum(isinstance(result, WrongState) for result in results) == 3
    with transaction.atomic(), use(territory=territory):
        assert [line.name for line in case.events.all()] == ["opened", "closed"]


def test_merging_each_into_the_other_leaves_one(committed_db):
    territory, clerk, (one, two) = setting(2)

    def merge(case, into):
        return lambda: operations.merge_cases(
            actor=clerk, case=Case.objects.get(pk=case.pk), into=Case.objects.get(pk=into.pk), now=NOW
        )

    results = together((territory, merge(one, two)), (territory, merge(two, one)))
    assert sum(isinstance(result, WrongState) for result in results) == 1, results
    with transaction.atomic(), use(territory=territory):
        assert sorted(Case.objects.values_list("state", flat=True)) == [State.MERGED, State.RECEIVED]


def test_the_clock_is_stopped_once(committed_db):
    territory, clerk, (case,) = setting(1)

    def stop():
        return operations.stop_clock(actor=clerk, case=Case.objects.get(pk=case.pk), reason="season", now=NOW)

    results = together(*[(territory, stop)] * 3)
    assert sum(isinstance(result, Case) for result in results) == 1
    with transaction.atomic(), use(territory=territory):
        assert case.stops.count() == 1


def test_pressed_by_several_at_once_it_is_handed_over_once(committed_db):
    territory, clerk, (case,) = setting(1)
    with transaction.atomic():
        region = TerritoryFactory()

    def hand_over():
        found = Case.objects.get(pk=case.pk)
        return operations.hand_over_case(actor=clerk, case=found, to=region, reason="", now=NOW).pk

    results = together(*[(territory, hand_over)] * 3)
    with transaction.atomic(), use(territory=territory):
        assert set(results) == set(HandOver.objects.values_list("pk", flat=True)), results
        assert case.events.filter(name="handed_over").count() == 1

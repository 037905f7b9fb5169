"""What a device shows when its push service brings a message: the browser's half, by the DevTools protocol."""

import json

import pytest

from .browsing import until

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]

TOWN = "/val-des-pins"
SHOWN = """navigator.serviceWorker.ready.then((ready) => ready.getNotifications())
  .then((all) => all.map((one) => [one.title, one.body, one.tag]))"""


def test_a_message_is_shown_once_however_often_it_comes(visitor, live):
    person = visitor(service_workers="allow", permissions=["notifications"])
    registrations = []
    page = person.go(f"{TOWN}/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    tools = page.context.new_cdp_session(page)
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda said: registrations.extend(said["registrations"]))
    tools.send("ServiceWorker.enable")
    until(page, "navigator.serviceWorker.controller !== null")
    words = {"title": "Réparé", "body": "Le lampadaire éclaire.", "url": f"{live.url}{TOWN}/", "tag": "<a@parvis>"}
    told = {"origin": live.url, "registrationId": registrations[0]["registrationId"]}
    for data in (json.dumps(words), json.dumps(words), "no json", "{}"):
        tools.send("ServiceWorker.deliverPushMessage", {**told, "data": data})
    until(page, f"{SHOWN}.then((all) => all.length > 0)")
    assert page.evaluate(SHOWN) == [["Réparé", "Le lampadaire éclaire.", "<a@parvis>"]]


def test_a_page_offers_it_and_says_when_the_browser_refuses(visitor):
    person = visitor(service_workers="allow")
    person.become("judith")
    page = person.go(f"{TOWN}/mon-espace/preferences/")
    box = page.locator("[data-push]")
    box.wait_for(state="visible")
    box.locator("button").click()
    until(page, "document.querySelector('[data-push] [role=status]').textContent !== ''")
    assert box.locator("[role=status]").text_content() == box.get_attribute("data-refused")
    # A private window, as tests use, has no push service: the browser says so to whoever looks into its console.
    person.watch.problems[:] = [line for line in person.watch.problems if "Push API" not in line]

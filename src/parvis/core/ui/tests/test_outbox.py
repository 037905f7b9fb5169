"""What the outbox of a phone is answered."""

import json

import pytest
from django import forms
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import engines

from parvis.core.ui import errors, outbox
from parvis.lib.errors import WrongState


class Hole(forms.Form):
    """A form with one field."""

    depth = forms.IntegerField(label="Profondeur")


def ask(rf, view, header="1"):
    """Send something from the outbox; return the status and the envelope."""
    request = rf.post("/trou", {"depth": "x"}, headers={outbox.HEADER: header} if header else {})
    request._messages = CookieStorage(request)
    middleware = outbox.OutboxMiddleware(lambda asked: errors.RefusalMiddleware(view)(asked))
    response = middleware(request)
    return response.status_code, json.loads(response.content) if header else response


def show_again(request):
    """What a view does with a wrong form."""
    form = Hole(request.POST)
    text = '{% load ui %}{% include "ui/forms/summary.html" %}'
    page = engines["django"].from_string(text).render({"form": form}, request)
    return HttpResponse(page, status=422)


def test_a_page_is_answered_as_ever(rf):
    status, response = ask(rf, lambda request: redirect("/merci"), header="")
    assert (status, response["Location"]) == (302, "/merci")


def test_accepted_with_its_code_and_page(rf):
    def view(request):
        outbox.told(request).code = "ABCD-EFGH"
        return redirect("/merci/ABCD-EFGH")

    status, said = ask(rf, view)
    assert status == 200
    assert (said["state"], said["code"], said["url"], said["kept"]) == (
        "accepted",
        "ABCD-EFGH",
        "/merci/ABCD-EFGH",
        True,
    )


def test_refused_with_the_reason_of_each_field(rf):
    status, said = ask(rf, show_again)
    assert (status, said["state"], said["kept"]) == (422, "refused", False)
    assert [(fault["id"], fault["label"]) for fault in said["faults"]] == [("id_depth", "Profondeur")]
    assert said["faults"][0]["text"]
    assert "page" not in said


def test_somebody_who_looks_at_the_form_gets_the_page_too(rf):
    _, said = ask(rf, show_again, header=outbox.PAGE)
    assert "data-summary" in said["page"]


def test_a_message_of_error_before_a_redirect_is_a_refusal(rf):
    def view(request):
        messages.error(request, "Trop tard.")
        return redirect("/liste")

    _, said = ask(rf, view)
    assert (said["state"], said["text"]) == ("refused", "Trop tard.")


def test_a_conflict_says_what_happened(rf):
    def kept(request):
        told = outbox.told(request)
        told.is_conflict, told.text = True, "Déjà réglé; votre temps est gardé."
        return redirect("/liste")

    _, said = ask(rf, kept)
    assert (said["state"], said["text"], said["kept"]) == ("conflict", "Déjà réglé; votre temps est gardé.", True)

    request = rf.post("/", headers={outbox.HEADER: "1"})
    request._messages = CookieStorage(request)
    response = outbox.envelope(request, HttpResponse(status=WrongState.status))
    assert json.loads(response.content)["state"] == "conflict"
    assert json.loads(response.content)["kept"] is False


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_house_in_trouble_is_asked_again_later(rf, status):
    assert ask(rf, lambda request: HttpResponse(status=status)) == (status, {"state": "later", "text": "", "code": "",
                                                                          "url": "", "kept": False})  # fmt: skip


def test_an_old_token_is_no_refusal(rf, settings):
    settings.ROOT_URLCONF = "parvis.core.ui.tests.addresses"

    def view(request):
        outbox.told(request).is_later = True
        return HttpResponse(status=403)

    assert ask(rf, view)[1]["state"] == "later"

"""The settings screens of a territory."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from parvis.core.content import configuring, rules
from parvis.core.content.forms import PlaceForm, SwitchForm, settings_form
from parvis.core.registry.registry import registry
from parvis.core.tenancy.switches import settings_of, switched_on
from parvis.lib.errors import ParvisError, require


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What can be set."""
    require(rules.can_configure(request.actor))
    in_use = switched_on()
    modules = [module for module in registry() if module.settings and module.name in in_use]
    return render(request, "content/bureau/settings.html", {"modules": modules})


def _refused(form: forms.BaseForm, error: ParvisError) -> None:
    form.add_error(error.field if error.field in form.fields else None, error.text(gettext))


@require_http_methods(["GET", "POST"])
def place(request: HttpRequest) -> HttpResponse:
    """Colour and contact details."""
    require(rules.can_configure(request.actor))
    form = PlaceForm(request.POST or None, instance=request.territory)
    if request.method == "POST" and form.is_valid():
        try:
            configuring.change_place(actor=request.actor, territory=request.territory, **form.cleaned_data)
        except ParvisError as error:
            _refused(form, error)
        else:
            return _saved(request)
    return _form(request, form, gettext("Colour and contact details"))


@require_http_methods(["GET", "POST"])
def switches(request: HttpRequest) -> HttpResponse:
    """Which modules the territory uses."""
    require(rules.can_configure(request.actor))
    in_use = switched_on()
    modules = registry().switchable
    form = SwitchForm(
        request.POST or None, modules=modules, initial={module.name: module.name in in_use for module in modules}
    )
    if request.method == "POST" and form.is_valid():
        configuring.change_switches(actor=request.actor, wanted=form.cleaned_data)
        return _saved(request)
    return _form(
        request,
        form,
        gettext("Services in use"),
        gettext("What is switched off disappears from the site, its menus and its data sets. Nothing is deleted."),
    )


@require_http_methods(["GET", "POST"])
def module(request: HttpRequest, name: str) -> HttpResponse:
    """The settings of one module."""
    require(rules.can_configure(request.actor))
    if name not in switched_on() or registry().get(name).settings is None:
        raise Http404("This module has no settings.")
    found = registry().get(name)
    form = settings_form(found.settings)(request.POST or None, initial=asdict(settings_of(name)))
    if request.method == "POST" and form.is_valid():
        try:
            configuring.change_module_settings(actor=request.actor, module=name, **form.cleaned_data)
        except ParvisError as error:
            _refused(form, error)
        else:
            return _saved(request)
    return _form(request, form, str(found.label))


def _saved(request: HttpRequest) -> HttpResponse:
    messages.success(request, gettext("Saved. The site shows it at once."))
    return redirect("content_bureau:settings")


def _form(request: HttpRequest, form: forms.BaseForm, heading: str, lead: str = "") -> HttpResponse:
    context: dict[str, Any] = {"form": form, "heading": heading, "lead": lead}
    return render(request, "content/bureau/settings_form.html", context, status=422 if form.errors else 200)

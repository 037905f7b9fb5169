"""Taking a report for somebody on the telephone or at the counter."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from parvis.core.cases.operations import Contact
from parvis.core.identity.models import Person
from parvis.lib.actor import Channel
from parvis.lib.errors import ParvisError
from parvis.modules.issues import operations, queries
from parvis.modules.issues.forms import CategoryField, ReportForm
from parvis.modules.issues.models import Issue


class TakeForm(ReportForm):
    """The same form for whoever listens and types: the kind by its first letters, out of season too."""

    category: CategoryField = CategoryField(  # type: ignore[assignment]  # staff see no season
        label=_("Kind of problem"),
        empty_label="—",
        widget=forms.Select,
        error_messages={"required": _("Say what kind of problem it is.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = queries.categories()  # type: ignore[attr-defined]
        self.fields["description"].widget.attrs["autofocus"] = True
        for name, label in {"name": _("Name"), "phone": _("Telephone"), "email": _("E-mail, to send news")}.items():
            if name in self.fields:
                self.fields[name].label = label

    @property
    def waits(self) -> bool:
        """Staff take a report in every season."""
        return False


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """Take a report for somebody on the telephone or at the counter."""
    person = Person.objects.filter(pk=request.GET.get("person") or None).first()
    form = TakeForm(
        request.POST or None, request.FILES or None, territory=request.territory, signed_in=person is not None
    )
    if request.method == "POST" and form.is_valid():
        try:
            issue = _take(request, form, person)
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
        else:
            messages.success(request, gettext("Report %(code)s is recorded.") % {"code": issue.code})
            return redirect(reverse("cases_bureau:case", args=[issue.code]))
    context = {
        "form": form,
        "person": person,
        "channel": request.POST.get("channel") or request.GET.get("channel", Channel.PHONE.value),
        "channels": [(Channel.PHONE.value, gettext("Telephone")), (Channel.COUNTER.value, gettext("Counter"))],
    }
    return render(request, "issues/bureau/take.html", context, status=422 if form.errors else 200)


def _take(request: HttpRequest, form: TakeForm, person: Person | None) -> Issue:
    said = form.cleaned_data
    channel = Channel.COUNTER if request.POST.get("channel") == Channel.COUNTER else Channel.PHONE
    contact = Contact(name=said.get("name", ""), email=said.get("email", ""), phone=said.get("phone", ""))
    return operations.report_issue(
        actor=request.actor.on_behalf_of(person.pk if person else None, channel),
        category=said["category"],
        description=said["description"],
        lat=said["place"]["lat"],
        lon=said["place"]["lon"],
        address=said["place"]["address"],
        answers=form.answers(),
        photos=said["photos"],
        contact=contact,
        idempotency_key=request.POST.get("idempotency_key", "")[:64],
        asset=form.thing(),
        now=timezone.now(),
    )

"""The filter that an address asks for."""

from django.http import HttpRequest

from parvis.lib.errors import Invalid
from parvis.modules.issues.forms import FilterForm
from parvis.modules.issues.queries import Filter


def read(request: HttpRequest) -> Filter:
    """Return the filter of a query string. Raises Invalid, naming the field: a program is not given everything."""
    form = FilterForm(request.GET)
    asked = form.filter()
    if asked is None:
        field, errors = next(iter(form.errors.items()))
        raise Invalid(str(errors[0]), field=field)
    return asked

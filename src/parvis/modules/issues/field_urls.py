"""Addresses of the work in the field, below the back office; one for each act."""

from django.urls import path

from .bureau import field

app_name = "issues_field"
urlpatterns = [
    path("", field.today, name="today"),
    path("choisir/", field.choose, name="choose"),
    path("mettre/", field.put, name="put"),
    path("<uuid:stop>/enlever/", field.take_off, name="take_off"),
    path("<str:code>/commence/", field.record, {"act": "started"}, name="started"),
    path("<str:code>/fait/", field.record, {"act": "done"}, name="done"),
    path("<str:code>/impossible/", field.record, {"act": "could_not"}, name="could_not"),
]

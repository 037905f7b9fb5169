"""Its address in the back office."""

from django.urls import path

from . import bureau

app_name = "greeting_bureau"
urlpatterns = [path("", bureau.received, name="received")]

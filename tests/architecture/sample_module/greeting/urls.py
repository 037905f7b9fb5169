"""Its addresses."""

from django.urls import path
from django.views.generic import RedirectView, TemplateView

from . import views

app_name = "greeting"
urlpatterns = [
    path("", views.hello, name="hello"),
    path("encore/", TemplateView.as_view(template_name="greeting/hello.html"), name="again"),
    path("ancien/", RedirectView.as_view(pattern_name="greeting:hello"), name="old"),
]

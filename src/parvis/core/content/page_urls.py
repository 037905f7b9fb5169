"""The last addresses of the house: the back office, then any words nobody else took, which are a page or 404."""

from django.urls import include, path, register_converter

from . import views
from .bureau import urls as bureau_urls


class PagePath:
    """A page's path. Wagtail gives it with the town in front, which the script prefix already holds."""

    regex = r"(?:[\w\-]+/)*"

    def to_python(self, value: str) -> str:
        """Keep the path as it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """Leave out the town."""
        return str(value).partition("/")[2]


register_converter(PagePath, "page_path")
urlpatterns = [path("", include(bureau_urls)), path("<page_path:path>", views.page, name="wagtail_serve")]

"""What a page is made of: few blocks, each with one purpose."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

RICH_TEXT = ["bold", "italic", "ol", "ul", "link", "document-link"]


class PictureBlock(blocks.StructBlock):
    """A picture, with the words that stand for it."""

    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        label=_("Description"),
        max_length=250,
        help_text=_("What a person who cannot see it should know. Read aloud by screen readers."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=250)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "content/blocks/picture.html"


class NoticeBlock(blocks.StructBlock):
    """A framed message that must not be missed."""

    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[("info", _("Good to know")), ("warn", _("Attention")), ("bad", _("Danger")), ("ok", _("Good news"))],
        default="info",
    )
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=["bold", "italic", "link"])

    class Meta:
        icon = "warning"
        label = _("Notice")
        template = "content/blocks/notice.html"


class StepBlock(blocks.StructBlock):
    """One step of something to do."""

    title = blocks.CharBlock(label=_("Step"), max_length=120)
    text = blocks.RichTextBlock(label=_("Explanation"), required=False, features=RICH_TEXT)


class StepsBlock(blocks.StructBlock):
    """What to do, in order."""

    steps = blocks.ListBlock(StepBlock(), label=_("Steps"), min_num=1)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        template = "content/blocks/steps.html"


class ContactBlock(blocks.StructBlock):
    """Whom to call or see: the telephone is an equal door."""

    name = blocks.CharBlock(label=_("Name or service"), max_length=120)
    phone = blocks.CharBlock(label=_("Telephone"), max_length=30)
    email = blocks.EmailBlock(label=_("E-mail"), required=False)
    place = blocks.CharBlock(label=_("Address"), required=False, max_length=200)
    hours = blocks.CharBlock(label=_("Opening hours"), required=False, max_length=200)

    class Meta:
        icon = "user"
        label = _("Contact")
        template = "content/blocks/contact.html"


class DocumentBlock(blocks.StructBlock):
    """A file to download."""

    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=160)

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "content/blocks/document.html"


class LinkBlock(blocks.StructBlock):
    """A link to a page of this territory, or elsewhere."""

    label = blocks.CharBlock(label=_("Text"), max_length=120)
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    address = blocks.CharBlock(
        label=_("Or an address"),
        required=False,
        max_length=400,
        help_text=_("A service of this site, such as /signalements/, or a full address beginning with https://."),
    )

    def clean(self, value: Any) -> Any:
        """Refuse a link that leads nowhere, or somewhere that is not an address."""
        result = super().clean(value)
        address = result.get("address") or ""
        if not result.get("page") and not address:
            raise blocks.StructBlockValidationError(
                block_errors={"address": ValidationError(_("Choose a page or write an address."))}
            )
        if (address and not address.startswith(("/", "https://", "http://", "mailto:", "tel:"))) or address[:2] == "//":
            raise blocks.StructBlockValidationError(
                block_errors={"address": ValidationError(_("Begin with / or with https://."))}
            )
        return result


class LinksBlock(blocks.StructBlock):
    """A few links, one under the other."""

    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    links = blocks.ListBlock(LinkBlock(), label=_("Links"), min_num=1)

    class Meta:
        icon = "link"
        label = _("List of links")
        template = "content/blocks/links.html"


class QuestionBlock(blocks.StructBlock):
    """A question people ask, and its answer."""

    question = blocks.CharBlock(label=_("Question"), max_length=200)
    answer = blocks.RichTextBlock(label=_("Answer"), features=RICH_TEXT)

    class Meta:
        icon = "help"
        label = _("Question and answer")
        template = "content/blocks/question.html"


class Body(blocks.StreamBlock):
    """The body of a page."""

    text = blocks.RichTextBlock(
        label=_("Text"), features=RICH_TEXT, icon="pilcrow", template="content/blocks/text.html"
    )
    heading = blocks.CharBlock(label=_("Heading"), max_length=120, icon="title", template="content/blocks/heading.html")
    picture = PictureBlock()
    notice = NoticeBlock()
    steps = StepsBlock()
    contact = ContactBlock()
    document = DocumentBlock()
    links = LinksBlock()
    question = QuestionBlock()

    class Meta:
        required = False

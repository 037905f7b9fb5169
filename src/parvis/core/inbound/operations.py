"""Take in a message: once, whoever delivers it again, and without trusting a word of it.

What a letter says of its sender proves nothing. Only the signed address of an answer gives the right to write on a case
as the person it belongs to; everything else opens a new request of somebody without an account.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext, override

from parvis.core.cases import operations as cases
from parvis.core.cases.kinds import in_use
from parvis.core.cases.models import Case
from parvis.core.cases.operations.conversation import MOST_FILES, MOST_LETTERS
from parvis.core.delivery.receipts import note_bounce, note_complaint
from parvis.core.events.operations import record
from parvis.core.files.operations import check_upload
from parvis.core.identity.models import Person
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import settings_of
from parvis.lib.actor import Actor, Channel
from parvis.lib.errors import Invalid, ParvisError
from parvis.lib.ids import CODE_ALPHABET

from . import addressing
from .letter import Attachment, Letter, Unreadable, read
from .models import Arrival, Outcome

AN_HOUR = timedelta(hours=1)
MOST_OF_ONE, MOST_OF_ALL = 20, 600  # messages an hour, of one sender and of all to one territory
KEPT = timedelta(days=90)
CODE = re.compile(rf"\b[{CODE_ALPHABET}]{{4}}-[{CODE_ALPHABET}]{{4}}\b")
MOST_TIES = 3  # requests named in one subject


class Verdict(StrEnum):
    """What a mail server is told. LATER: it keeps the message and comes back; UNKNOWN, REFUSED: it tells the sender."""

    TAKEN = "taken"
    REPEATED = "repeated"
    LATER = "later"
    UNKNOWN = "unknown"
    REFUSED = "refused"


def is_known(recipient: str, *, now: datetime) -> bool:
    """Tell whether anybody here has this address."""
    with transaction.atomic(), use():
        return addressing.target_of(recipient, None, now) is not None


def take_in(raw: bytes, *, recipient: str, envelope_from: str | None, now: datetime) -> Verdict:
    """Take in one message as it came over the line, for one recipient; safe to repeat.

    `envelope_from` is the address that the mail server would return it to: empty when a machine wrote it, None when
    nobody said. An empty `recipient` is looked for in the letter itself.
    """
    try:
        letter = read(raw)
    except Unreadable:
        return Verdict.REFUSED
    with transaction.atomic(), use():
        target = _target(letter, recipient, now)
        if target is None:
            return Verdict.UNKNOWN
        if letter.is_returned or target.town is None:
            return _returned(letter, now)
        with use(territory=target.town):
            return _Delivery(target.town, letter, now, envelope_from).take(target)


def _target(letter: Letter, recipient: str, now: datetime) -> addressing.Target | None:
    asked: Sequence[str] = [recipient] if recipient else letter.addressed
    found = (addressing.target_of(address, letter, now) for address in asked)
    return next((target for target in found if target is not None), None)


def _returned(letter: Letter, now: datetime) -> Verdict:
    """Note which of our messages came back. A report that speaks of none of ours is thrown away."""
    for bounce in letter.bounces:
        if bounce.is_complaint:
            territory_id = note_complaint(bounce.message_id, now=now)
        else:
            territory_id = note_bounce(bounce.message_id, bounce.detail, now=now)
        if territory_id is None:
            continue
        with use(territory=territory_id):
            arrival, is_new = Arrival.objects.get_or_create(
                key=letter.key, territory_id=territory_id, defaults={"outcome": Outcome.BOUNCED, "at": now}
            )
            if is_new:
                record(Actor.system(territory_id), "inbound.bounced", arrival, now=now)
    return Verdict.TAKEN


@dataclass(slots=True)
class _Delivery:
    """One letter on its way into one territory, in the running transaction."""

    town: Territory
    letter: Letter
    now: datetime
    envelope_from: str | None

    def take(self, target: addressing.Target) -> Verdict:
        """Take it in, or say why not."""
        if Arrival.objects.filter(key=self.letter.key).exists():
            return Verdict.REPEATED
        if self.letter.is_automatic or self.envelope_from == "" or addressing.is_ours(self.letter.sender):
            self._arrive(Outcome.IGNORED)
            return Verdict.TAKEN
        if self._is_too_much():
            return Verdict.LATER
        try:
            with transaction.atomic():
                return self._answer(target.case) if target.case is not None else self._open(target.kind)
        except Invalid:  # an address that cannot be answered
            return Verdict.REFUSED
        except IntegrityError:
            if Arrival.objects.filter(key=self.letter.key).exists():  # somebody delivered it at the same moment
                return Verdict.REPEATED
            raise

    def _is_too_much(self) -> bool:
        recent = Arrival.objects.filter(at__gt=self.now - AN_HOUR)
        if recent.filter(sender=self.letter.sender).count() >= MOST_OF_ONE:
            return True
        return recent.count() >= MOST_OF_ALL

    def _arrive(self, outcome: Outcome, case: Case | None = None, **given: object) -> Arrival:
        """Write the arrival; whoever delivers the same at the same moment waits here, and then finds it."""
        return Arrival.objects.create(
            territory_id=self.town.pk,
            key=self.letter.key,
            sender=self.letter.sender,
            outcome=outcome,
            case=case,
            at=self.now,
            **given,
        )

    def _answer(self, case: Case) -> Verdict:
        """Go on with a case: whoever holds its signed address was reached as the person it belongs to."""
        if case.merged_into_id is not None:
            case = Case.objects.get(pk=case.merged_into_id)
        refused, is_cut = self._say(case, self.letter.answer)
        arrival = self._arrive(Outcome.ANSWERED, case, refused=refused, is_cut=is_cut)
        known = self._addresses_of(case)
        if self.letter.sender and known and self.letter.sender not in known:
            text = gettext("Written from %(address)s, which is not the address that we know.")
            self._note(case, text % {"address": self.letter.sender})
        record(Actor.visitor(self.town.pk, Channel.EMAIL), "inbound.answered", arrival, now=self.now, case=str(case.pk))
        return Verdict.TAKEN

    def _addresses_of(self, case: Case) -> set[str]:
        if case.person_id is None:
            return {case.contact_email.lower()} - {""}
        rows = Person.objects.filter(pk=case.person_id).values_list("email", "account__email")
        return {address.lower() for row in rows for address in row if address}

    def _open(self, kind: str) -> Verdict:
        """Open a request of somebody without an account, whoever the letter says it is from."""
        options = settings_of("inbound")
        if not options.opens_requests or not self.letter.sender:
            return Verdict.REFUSED
        kind = kind or (options.kind if in_use(options.kind) else "inbound")
        with override(self.letter.language):
            subject = self.letter.subject or gettext("E-mail without a subject")
        contact = cases.Contact(self.letter.name, self.letter.sender, "", self.letter.language)
        actor = Actor.visitor(self.town.pk, Channel.EMAIL)
        case = cases.open_case(actor=actor, kind=kind, subject=subject, contact=contact, now=self.now)
        self._tie(case)
        refused, is_cut = self._say(case, self.letter.text or self.letter.subject)
        arrival = self._arrive(Outcome.OPENED, case, refused=refused, is_cut=is_cut)
        record(actor, "inbound.opened", arrival, now=self.now, case=str(case.pk))
        return Verdict.TAKEN

    def _tie(self, case: Case) -> None:
        """Show staff the requests that the subject names; who knows a code has no other right by it."""
        named = CODE.findall(self.letter.subject.upper())[:MOST_TIES]
        for other in Case.objects.filter(code__in=named).exclude(pk=case.pk):
            cases.link_cases(actor=Actor.system(self.town.pk), case=case, other=other, now=self.now)

    def _say(self, case: Case, text: str) -> tuple[list[str], bool]:
        """Put the words and the files into the conversation; return the names of files not kept, and if it was cut."""
        uploads, refused = _sorted(self.letter.attachments)
        is_cut = len(text) > MOST_LETTERS
        with override(case.language):
            words = text[:MOST_LETTERS] or ("" if uploads else gettext("(Nothing but an empty message.)"))
        cases.send_message(
            actor=Actor.visitor(self.town.pk, Channel.EMAIL),
            case=case,
            text=words,
            now=self.now,
            uploads=uploads,
            holds_link=True,
        )
        if refused:
            self._note(case, gettext("Files that were not kept: %(names)s.") % {"names": ", ".join(refused)})
        return refused, is_cut

    def _note(self, case: Case, text: str) -> None:
        cases.add_note(actor=Actor.system(self.town.pk), case=case, text=text, now=self.now)


def _sorted(attachments: Sequence[Attachment]) -> tuple[list[SimpleUploadedFile], list[str]]:
    """Return the files that can be kept, and the names of the others: of another kind, too large, too many."""
    kept: list[SimpleUploadedFile] = []
    refused: list[str] = []
    for attachment in attachments:
        upload = SimpleUploadedFile(attachment.name or "file", attachment.body, attachment.content_type)
        try:
            if attachment.is_letter or len(kept) >= MOST_FILES:
                raise Invalid
            check_upload(upload, images_only=False)
        except ParvisError:
            refused.append(attachment.name[:120])
        else:
            kept.append(upload)
    return kept, refused[:50]


@transaction.atomic
def forget_senders(*, now: datetime) -> int:
    """Wipe the addresses and file names of what came in longer than ninety days ago; return of how many."""
    old = Arrival.objects.filter(at__lt=now - KEPT).exclude(sender="", refused=[])
    return old.update(sender="", refused=[])

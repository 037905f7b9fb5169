"""The words of an e-mail: out of HTML, without what it quotes, and in which language. Pure, without Django."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "blockquote"}
)
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "svg"})
_QUOTE = ">"
LONGEST_LINE = 400  # letters of a line that are looked at for its shape

# What mail programs write above the message they answer.
_WROTE = re.compile(r"^(On|Le|El)\b.{5,300}\b(wrote|a écrit|escribió)\s*:?$", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"^[-_*\s]{2,}(original message|message d.origine|message original|message transféré|forwarded message"
    r"|mensaje original|mensaje reenviado)[-_*\s]*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\*?(From|De|Von)\s?:\*?\s.{3,300}$")
_SENT = re.compile(r"^\*?(Sent|Date|Envoyé|Enviado|Fecha|To|À|Para)\s?:\*?\s?.{0,300}$")


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


_COMMON = {
    "fr": set(_words("le la les des une est pas dans pour vous nous que qui sur avec bonjour merci depuis rue")),
    "en": set(_words("the and is are of to in for you we that on with hello thanks please there street has")),
    "es": set(_words("el los las una es en por para usted nosotros que con hola gracias desde calle hay del")),
}


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.silent = 0
        self.quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag in _BLOCKS:
            self.lines.append("")
        if tag == "blockquote":
            self.quoted += 1
        elif tag == "li":
            self.lines[-1] = "- "

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _BLOCKS:
            self.lines.append("")
        if tag == "blockquote":
            self.quoted = max(0, self.quoted - 1)

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        words = re.sub(r"\s+", " ", data)
        if words.strip() and self.quoted and not self.lines[-1].strip():
            self.lines[-1] = f"{_QUOTE} "
        self.lines[-1] += words if self.lines[-1].strip(" ") else words.lstrip()


def text_of_html(html: str) -> str:
    """Return the words of an HTML message, a line a block; what it quotes is marked as plain text marks it."""
    parser = _Text()
    try:
        parser.feed(html)
        parser.close()
    except (AssertionError, ValueError, RecursionError):
        return re.sub(r"<[^>]{0,2000}>", " ", html)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in parser.lines)).strip()


def without_quotes(text: str) -> str:
    """Return an answer without the message that it quotes; all of it where answers stand between the quoted lines."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not _begins_quote(lines, number, line[:LONGEST_LINE].strip()):
            continue
        below = [line for line in lines[number + 1 :] if line.strip()]
        quoted = [line.lstrip().startswith(_QUOTE) for line in below]
        if any(quoted) and not all(quoted[_lines_of_wrote(below) :]):
            return text
        return "\n".join(lines[:number]).strip() or text
    kept = len(lines)
    while kept and (not lines[kept - 1].strip() or lines[kept - 1].lstrip().startswith(_QUOTE)):
        kept -= 1
    return "\n".join(lines[:kept]).strip() or text


def _begins_quote(lines: list[str], number: int, line: str) -> bool:
    line = line.lstrip("> ").strip()
    if not line:
        return False
    following = lines[number + 1][:LONGEST_LINE].strip() if number + 1 < len(lines) else ""
    if _WROTE.match(line) or _ORIGINAL.match(line):
        return True
    if re.match(r"^(On|Le|El)\b", line) and _WROTE.match(f"{line} {following}"):
        return True
    return bool(_FROM.match(line) and _SENT.match(following))


def _lines_of_wrote(below: list[str]) -> int:
    """Return how many of the first lines still say who wrote: programs break a long one in two."""
    return 1 if below and not below[0].lstrip().startswith(_QUOTE) and below[0].rstrip().endswith(":") else 0


def language_of(named: str, text: str) -> str:
    """Return fr, en or es: the language a letter names, else the one whose common words it has most; French if none."""
    if named[:2].lower() in _COMMON:
        return named[:2].lower()
    said = _words(text[:4000])
    counts = {language: sum(word in common for word in said) for language, common in _COMMON.items()}
    return max(counts, key=lambda language: counts[language])

"""Print a PDF with Typst, in a process of its own: ``python -m parvis.core.ui.press``.

It reads one JSON object, the fields of :class:`Order`, and writes the PDF. Typst and what cuts a font keep some eighty
megabytes for as long as their process lives: here, until the document is made. Nothing of Django is needed.
"""

import fcntl
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

FAMILY = "Atkinson Hyperlegible Next"
WEIGHTS = (400, 700)
LIMIT = 300  # seconds


@dataclass(frozen=True, slots=True)
class Order:
    """What to print: paths of the template and of the variable fonts, the folder for those cut out of them.

    `data` is the JSON that the template reads, `moment` the seconds since 1970 that the document bears.
    """

    template: str
    data: str
    moment: int
    variable_fonts: tuple[str, ...]
    fonts: str


def print_apart(order: Order) -> bytes:
    """Return the PDF, printed in a process of its own. Raises CalledProcessError, TimeoutExpired."""
    done = subprocess.run(
        [sys.executable, "-m", "parvis.core.ui.press"],
        input=json.dumps(asdict(order)).encode(),
        stdout=subprocess.PIPE,
        check=True,
        timeout=LIMIT,
    )
    return done.stdout


def printed(order: Order) -> bytes:
    """Return the PDF, for every reader (PDF/UA-1), one at a time on a machine. Raises typst.TypstError."""
    fonts = Path(order.fonts)
    fonts.mkdir(parents=True, exist_ok=True)
    with (fonts / "printing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        cut_fonts([Path(source) for source in order.variable_fonts], fonts)
        return _compiled(order)


def _compiled(order: Order) -> bytes:
    import typst

    return typst.compile(
        order.template,
        root=str(Path(order.template).parent),
        font_paths=[order.fonts],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": order.data},
        pdf_standards=["ua-1"],
        timestamp=order.moment,
    )


def cut_fonts(sources: list[Path], folder: Path) -> None:
    """Cut the weights for paper out of variable fonts, those that are not there yet."""
    for source in sources:
        for weight in WEIGHTS:
            made = folder / f"{source.stem}-{weight}.ttf"
            if not made.exists():
                _cut(source, weight, made)


def _cut(source: Path, weight: int, made: Path) -> None:
    """Cut one weight out of a variable font; letters beyond Latin-1 become a family of their own, to fall back on."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    font = TTFont(source)
    font.flavor = None
    cut = instantiateVariableFont(font, {"wght": weight}, updateFontNames=True)
    if "-ext-" in source.name:
        for record in cut["name"].names:
            if record.nameID in (1, 16):
                record.string = f"{FAMILY} Extended"
    unfinished = made.with_suffix(".unfinished")
    cut.save(unfinished)
    unfinished.replace(made)


def main() -> None:
    """Read what to print, write the PDF."""
    asked = json.load(sys.stdin)
    sys.stdout.buffer.write(printed(Order(**asked)))


if __name__ == "__main__":
    main()

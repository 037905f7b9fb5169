"""Take the pictures of the README from a running demo: `make screenshots` while `make demo` runs."""

import os
import shutil
import sys
from pathlib import Path

FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
TOWN = "val-des-pins"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 860}


def lighten(picture: Path) -> None:
    """Keep 256 colours: a page drawn in few of them looks the same, at a third of the weight."""
    from PIL import Image

    with Image.open(picture) as drawn:
        drawn.convert("RGB").quantize(256, kmeans=3, dither=Image.Dither.NONE).save(picture, optimize=True)


def main() -> int:
    """Visit the pages as a visitor, then as a clerk, and write PNG files."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("PARVIS_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        print("Chromium is missing: install the package chromium.", file=sys.stderr)
        return 1
    origin = f"http://localhost:{os.environ.get('PORT', '8000')}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, path, size, who in (
            ("home-desktop", "/", DESKTOP, ""),
            ("home-phone", "/", PHONE, ""),
            ("report-phone", "/signalements/nouveau", PHONE, ""),
            ("work-list", "/bureau/dossiers/", DESKTOP, "Nadia"),
        ):
            context = browser.new_context(viewport=size, locale="fr-CA", color_scheme="light")
            page = context.new_page()
            if who:
                page.goto(f"{origin}/demo/")
                page.get_by_role("button", name=who).first.click()
                page.wait_for_load_state("networkidle")
            page.goto(f"{origin}/{TOWN}{path}")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{name}.png")
            lighten(FOLDER / f"{name}.png")
            context.close()
        browser.close()
    print(f"The pictures are in {FOLDER}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

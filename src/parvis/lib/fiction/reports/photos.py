"""A drawn photo for a report: a few shapes in the colours of the season, small, and the same for the same report.

Pillow is imported when a picture is drawn, not before: most callers only want the words.
"""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

from ..noise import stream
from .model import FictionReport
from .seasons import ZONE

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 640, 480
HORIZON = 190
SCENES = {
    "nid-de-poule": "hole", "chaussee": "hole", "trottoir": "slab", "signalisation": "sign", "lampadaire": "lamp",
    "deneigement": "snow", "glace": "snow", "stationnement": "car", "fuite-eau": "puddle", "eau-brouillee": "glass",
    "refoulement": "puddle", "puisard": "grate", "borne-fontaine": "hydrant", "ponceau": "culvert",
    "inondation": "flood", "barrage-castor": "culvert", "collecte-manquee": "bin", "bac-brise": "bin",
    "depot-sauvage": "heap", "graffiti": "wall", "arbre": "tree", "herbe-a-poux": "plant", "parc": "swing",
    "piste-cyclable": "hole", "chien-errant": "dog", "animal-mort": "cone", "bruit": "car", "odeur": "heap",
    "feu": "fire", "autre": "sign",
}  # fmt: skip
GRAIN = bytes(104 + value * 48 // 256 for value in range(256))


def make_photo(report: FictionReport, *, after: bool = False) -> bytes:
    """A JPEG of 640 by 480 pixels, about 15 kB: what the reporter saw, or, ``after``, the place once it is fixed."""
    from PIL import Image, ImageDraw, ImageFilter

    rng = stream(7, "photo", report.key)
    local = report.reported_at.astimezone(ZONE)
    night = not after and report.category == "lampadaire"
    season = "winter" if local.month in (12, 1, 2, 3) else "autumn" if local.month in (10, 11) else "summer"
    image = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(image)
    _backdrop(draw, rng, season, night)
    if not after:
        getattr(_Scenes, SCENES[report.category])(draw, rng, season)
    elif SCENES[report.category] in ("hole", "slab", "puddle", "grate"):
        draw.polygon([(270, 350), (390, 345), (410, 400), (255, 405)], fill=(58, 60, 64))
    image = image.filter(ImageFilter.GaussianBlur(0.9))
    # Grain makes it a photo rather than a drawing, and is drawn small, then enlarged, to stay light.
    grain = Image.frombytes("L", (160, 120), rng.randbytes(160 * 120).translate(GRAIN))
    grain = grain.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR).convert("RGB")
    image = Image.blend(image, grain, 0.10)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=68)
    return out.getvalue()


def _backdrop(draw: ImageDraw, rng: random.Random, season: str, night: bool) -> None:
    skies = {"winter": (206, 216, 226), "autumn": (196, 204, 214), "summer": (172, 205, 232)}
    fields = {"winter": (236, 239, 243), "autumn": (176, 150, 96), "summer": (118, 158, 92)}
    sky, field = ((22, 27, 46), (24, 34, 32)) if night else (skies[season], fields[season])
    for y in range(HORIZON):
        draw.line(
            [(0, y), (WIDTH, y)], fill=tuple(int(c + (245 - c) * 0.25 * y / HORIZON) if not night else c for c in sky)
        )
    hill = [(0, HORIZON), *((x, HORIZON - 18 - rng.randrange(26)) for x in range(0, WIDTH + 60, 60)), (WIDTH, HORIZON)]
    wood = (18, 26, 30) if night else {"winter": (120, 134, 140), "autumn": (150, 98, 60)}.get(season, (70, 106, 78))
    draw.polygon(hill, fill=wood)
    draw.rectangle([0, HORIZON, WIDTH, HEIGHT], fill=field)
    lean = rng.randrange(-60, 60)
    road = (34, 36, 42) if night else (104, 106, 110) if season != "winter" else (150, 154, 160)
    draw.polygon([(300 + lean, HORIZON), (340 + lean, HORIZON), (600, HEIGHT), (40, HEIGHT)], fill=road)
    for step in range(5):
        y = HORIZON + 30 + step * step * 14
        draw.line([(320 + lean * (1 - step / 5), y), (320 + lean * (1 - step / 5), y + 5 + 5 * step)],
                  fill=(205, 178, 70), width=1 + step)  # fmt: skip
    x = rng.choice((70, 470))
    wall: tuple[int, ...] = rng.choice(((196, 184, 164), (150, 70, 60), (120, 140, 160), (225, 222, 214)))
    wall = tuple(c // 6 for c in wall) if night else wall
    draw.rectangle([x, HORIZON - 52, x + 110, HORIZON + 22], fill=wall)
    draw.polygon(
        [(x - 10, HORIZON - 52), (x + 55, HORIZON - 96), (x + 120, HORIZON - 52)],
        fill=(70, 66, 70) if not night else (14, 15, 20),
    )
    draw.rectangle([x + 22, HORIZON - 34, x + 44, HORIZON - 12], fill=(240, 205, 120) if night else (90, 104, 120))


class _Scenes:
    """One drawing for each kind of problem, in the foreground."""

    @staticmethod
    def hole(draw, rng, season):
        x, y = 250 + rng.randrange(90), 350 + rng.randrange(40)
        for grow, tone in ((1.0, 74), (0.86, 52), (0.6, 38)):
            points = []
            for corner in range(14):
                angle = corner * 0.4488
                radius = grow * (62 + rng.randrange(24))
                points.append((x + radius * 1.25 * _cos(angle), y + radius * 0.48 * _cos(angle - 1.5708)))
            draw.polygon(points, fill=(tone, tone, tone + 3))
        for _ in range(18):
            px, py = x + rng.randrange(-120, 120), y + rng.randrange(-40, 52)
            draw.ellipse([px, py, px + 5, py + 4], fill=(84, 84, 86))

    @staticmethod
    def cone(draw, rng, season):
        for x in (210 + rng.randrange(20), 400 + rng.randrange(30)):
            draw.polygon([(x - 40, 430), (x - 9, 300), (x + 9, 300), (x + 40, 430)], fill=(232, 106, 34))
            draw.polygon([(x - 26, 372), (x - 17, 334), (x + 17, 334), (x + 26, 372)], fill=(245, 245, 245))
            draw.rectangle([x - 54, 428, x + 54, 442], fill=(200, 84, 24))
        draw.ellipse([268, 396, 356, 424], fill=(96, 80, 62))

    @staticmethod
    def slab(draw, rng, season):
        draw.polygon([(120, HEIGHT), (250, HORIZON + 60), (330, HORIZON + 60), (400, HEIGHT)], fill=(186, 184, 178))
        draw.polygon([(196, 390), (340, 372), (352, 400), (190, 420)], fill=(206, 204, 198))
        draw.line([(190, 420), (352, 402)], fill=(60, 58, 56), width=9)

    @staticmethod
    def sign(draw, rng, season):
        lean = rng.choice((-90, -60, 70, 110))
        draw.line([(320, 430), (320 + lean, 190)], fill=(150, 152, 156), width=9)
        x, y = 320 + lean, 170
        points = [(x + 58 * _cos(0.3927 + k * 0.7854), y + 58 * _cos(0.3927 + k * 0.7854 - 1.5708)) for k in range(8)]
        draw.polygon(points, fill=(188, 32, 40), outline=(245, 245, 245))
        draw.rectangle([x - 34, y - 8, x + 34, y + 8], fill=(245, 245, 245))

    @staticmethod
    def lamp(draw, rng, season):
        draw.line([(300, 440), (300, 90)], fill=(70, 72, 80), width=10)
        draw.line([(300, 95), (390, 80)], fill=(70, 72, 80), width=7)
        draw.ellipse([380, 72, 424, 96], fill=(40, 42, 48), outline=(92, 94, 100))

    @staticmethod
    def snow(draw, rng, season):
        for index in range(16):
            x = index * 44 - 20
            top = 300 - rng.randrange(60) + abs(8 - index) * 4
            draw.ellipse([x, top, x + 120, HEIGHT + 90], fill=(232 + index % 3 * 5, 236 + index % 3 * 5, 244))
        draw.rectangle([292, 318, 300, 420], fill=(204, 92, 30))

    @staticmethod
    def car(draw, rng, season):
        paint = rng.choice(((96, 104, 116), (150, 40, 40), (40, 66, 110), (228, 228, 226)))
        draw.rounded_rectangle([160, 300, 480, 390], 26, fill=paint)
        draw.polygon([(215, 302), (262, 246), (390, 246), (432, 302)], fill=paint)
        draw.polygon([(238, 300), (270, 258), (322, 258), (322, 300)], fill=(176, 196, 208))
        for x in (212, 372):
            draw.ellipse([x, 356, x + 66, 422], fill=(30, 30, 32))
            draw.ellipse([x + 20, 376, x + 46, 402], fill=(150, 150, 152))

    @staticmethod
    def puddle(draw, rng, season):
        for _ in range(7):
            x, y, wide = 200 + rng.randrange(180), 340 + rng.randrange(80), 90 + rng.randrange(120)
            draw.ellipse([x - wide, y - 16, x + wide, y + 22], fill=(126, 152, 176))
        for _ in range(12):
            x, y = 200 + rng.randrange(240), 345 + rng.randrange(70)
            draw.arc([x - 22, y - 6, x + 22, y + 8], 180, 350, fill=(206, 220, 232), width=2)

    @staticmethod
    def glass(draw, rng, season):
        draw.rectangle([0, 300, WIDTH, HEIGHT], fill=(190, 184, 176))
        draw.polygon([(250, 150), (400, 150), (382, 430), (268, 430)], fill=(214, 222, 226))
        draw.polygon([(256, 210), (394, 210), (382, 424), (268, 424)], fill=(176 - rng.randrange(30), 140, 86))

    @staticmethod
    def grate(draw, rng, season):
        draw.ellipse([120, 320, 540, 460], fill=(112, 136, 156))
        draw.rectangle([250, 350, 400, 420], fill=(46, 48, 50))
        for x in range(262, 400, 20):
            draw.rectangle([x, 356, x + 9, 414], fill=(104, 106, 108))
        for _ in range(60):
            x, y = 230 + rng.randrange(190), 340 + rng.randrange(90)
            draw.ellipse([x, y, x + 18, y + 9], fill=rng.choice(((150, 96, 40), (178, 120, 50), (110, 84, 50))))

    @staticmethod
    def hydrant(draw, rng, season):
        red = (196, 38, 34)
        draw.rounded_rectangle([282, 250, 358, 430], 20, fill=red)
        draw.ellipse([276, 222, 364, 282], fill=red)
        draw.rectangle([256, 312, 384, 346], fill=(226, 190, 60))
        if season == "winter":
            draw.ellipse([150, 330, 500, 560], fill=(240, 243, 248))

    @staticmethod
    def culvert(draw, rng, season):
        draw.polygon([(0, 330), (WIDTH, 300), (WIDTH, HEIGHT), (0, HEIGHT)], fill=(98, 116, 66))
        draw.ellipse([240, 300, 420, 450], fill=(150, 152, 150))
        draw.ellipse([262, 318, 398, 434], fill=(36, 38, 36))
        for _ in range(26):
            x, y = 200 + rng.randrange(220), 340 + rng.randrange(110)
            draw.line([(x, y), (x + rng.randrange(-70, 90), y + rng.randrange(-26, 26))], fill=(96, 72, 44), width=6)

    @staticmethod
    def flood(draw, rng, season):
        draw.rectangle([0, 270, WIDTH, HEIGHT], fill=(124, 128, 112))
        for _ in range(70):
            x, y = rng.randrange(WIDTH), 276 + rng.randrange(200)
            draw.line([(x, y), (x + 30 + rng.randrange(50), y)], fill=(160, 166, 152), width=2)
        draw.rectangle([400, 210, 412, 350], fill=(110, 92, 70))

    @staticmethod
    def bin(draw, rng, season):
        paint = rng.choice(((34, 84, 150), (92, 66, 44), (52, 54, 58)))
        draw.polygon([(230, 230), (410, 230), (392, 430), (248, 430)], fill=paint)
        draw.polygon([(218, 222), (380, 160), (424, 182), (420, 232)], fill=tuple(int(c * 0.75) for c in paint))
        draw.ellipse([240, 408, 286, 452], fill=(24, 24, 26))

    @staticmethod
    def heap(draw, rng, season):
        for _ in range(26):
            x, y = 150 + rng.randrange(300), 320 + rng.randrange(90)
            paint = rng.choice(((38, 38, 42), (84, 88, 96), (150, 130, 100), (60, 70, 110), (180, 176, 168)))
            draw.ellipse([x, y, x + 60 + rng.randrange(40), y + 44], fill=paint)
        draw.rounded_rectangle([220, 290, 420, 372], 14, fill=(134, 70, 62))

    @staticmethod
    def wall(draw, rng, season):
        draw.rectangle([0, 120, WIDTH, 420], fill=(178, 164, 148))
        for y in range(120, 420, 30):
            draw.line([(0, y), (WIDTH, y)], fill=(160, 146, 130), width=2)
        for _ in range(5):
            x, y = 120 + rng.randrange(340), 200 + rng.randrange(120)
            paint = rng.choice(((30, 30, 34), (190, 30, 60), (30, 90, 170), (230, 180, 30)))
            draw.arc([x, y, x + 110, y + 80], rng.randrange(180), 200 + rng.randrange(160), fill=paint, width=12)

    @staticmethod
    def tree(draw, rng, season):
        lean = rng.choice((-170, 170))
        draw.line([(320 - lean // 3, 440), (320 + lean, 250)], fill=(84, 64, 46), width=30)
        leaf = {"winter": (120, 108, 96), "autumn": (190, 110, 40)}.get(season, (66, 118, 62))
        for _ in range(40):
            x, y = 320 + lean + rng.randrange(-110, 110), 230 + rng.randrange(-60, 70)
            draw.ellipse([x, y, x + 44, y + 34], fill=leaf)

    @staticmethod
    def plant(draw, rng, season):
        for _ in range(70):
            x = rng.randrange(60, 580)
            top = 230 + rng.randrange(120)
            draw.line([(x, 460), (x + rng.randrange(-24, 24), top)], fill=(92, 132, 60), width=5)
            draw.ellipse([x - 13, top - 8, x + 13, top + 10], fill=rng.choice(((150, 168, 90), (224, 224, 206))))

    @staticmethod
    def swing(draw, rng, season):
        for x in (170, 470):
            draw.line([(x - 50, 430), (x, 150)], fill=(30, 96, 150), width=11)
            draw.line([(x + 50, 430), (x, 150)], fill=(30, 96, 150), width=11)
        draw.line([(165, 152), (475, 152)], fill=(30, 96, 150), width=12)
        draw.line([(270, 156), (270, 350)], fill=(120, 122, 126), width=4)
        draw.line([(350, 156), (356, 250)], fill=(120, 122, 126), width=4)
        draw.line([(262, 350), (320, 416)], fill=(40, 40, 44), width=14)

    @staticmethod
    def dog(draw, rng, season):
        fur = rng.choice(((110, 76, 48), (34, 32, 34), (196, 180, 150)))
        draw.ellipse([240, 300, 420, 380], fill=fur)
        draw.ellipse([390, 260, 460, 326], fill=fur)
        draw.polygon([(400, 270), (404, 236), (424, 264)], fill=fur)
        for x in (262, 300, 370, 398):
            draw.line([(x, 360), (x - 4, 430)], fill=fur, width=14)
        draw.line([(246, 320), (196, 270)], fill=fur, width=12)

    @staticmethod
    def fire(draw, rng, season):
        for _ in range(16):
            x, y, size = 300 + rng.randrange(-60, 120), 60 + rng.randrange(180), 50 + rng.randrange(70)
            draw.ellipse([x, y, x + size, y + size], fill=(150, 150, 154))
        for _ in range(26):
            x, top = 250 + rng.randrange(130), 250 + rng.randrange(110)
            draw.polygon(
                [(x - 22, 410), (x, top), (x + 22, 410)],
                fill=rng.choice(((240, 130, 30), (250, 190, 60), (214, 70, 30))),
            )
        draw.line([(220, 416), (430, 400)], fill=(60, 42, 30), width=22)


def _cos(angle: float) -> float:
    """Cosine by its series, exact enough for drawing and the same on every machine."""
    angle = (angle + 3.141592653589793) % 6.283185307179586 - 3.141592653589793
    square = angle * angle
    return 1 - square / 2 * (1 - square / 12 * (1 - square / 30 * (1 - square / 56 * (1 - square / 90))))

"""Two pictures for each demo town, drawn and deterministic: the village by its river, and its town hall."""

import io
import random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1600, 900
WALLS = ("#f5f2ec", "#d9c7a8", "#b8493a", "#8fa8b8", "#e8d9b5", "#7a8f6a")
ROOFS = ("#3c4a4f", "#6b3a2e", "#2f4f4a", "#54483a")


def _hill(draw: ImageDraw.ImageDraw, chance: random.Random, top: float, colour: str) -> None:
    step = WIDTH // 8
    points: list[tuple[float, float]] = [(0, HEIGHT)]
    for x in range(-step, WIDTH + 2 * step, step):
        points.append((x, top + chance.uniform(-55, 55)))
    draw.polygon([*points, (WIDTH + step, HEIGHT)], fill=colour)


def _house(draw: ImageDraw.ImageDraw, chance: random.Random, x: float, base: float, scale: float) -> None:
    width, height = scale * chance.uniform(80, 120), scale * chance.uniform(60, 90)
    wall, roof = chance.choice(WALLS), chance.choice(ROOFS)
    draw.rectangle((x, base - height, x + width, base), fill=wall)
    peak = base - height - scale * chance.uniform(40, 62)
    draw.polygon([(x - 10, base - height), (x + width / 2, peak), (x + width + 10, base - height)], fill=roof)
    for share in (0.2, 0.62):
        left, top = x + share * width, base - 0.62 * height
        draw.rectangle((left, top, left + 0.18 * width, top + 0.3 * height), fill="#f4c430")


def _church(draw: ImageDraw.ImageDraw, x: float, base: float) -> None:
    draw.rectangle((x, base - 150, x + 210, base), fill="#f2ede2")
    draw.polygon([(x - 12, base - 150), (x + 105, base - 235), (x + 222, base - 150)], fill="#4a5a5c")
    draw.rectangle((x + 76, base - 300, x + 134, base - 150), fill="#f2ede2")
    draw.polygon([(x + 66, base - 300), (x + 105, base - 450), (x + 144, base - 300)], fill="#8f9a9c")
    draw.rectangle((x + 86, base - 70, x + 124, base), fill="#6b3a2e")


def village(seed: int) -> bytes:
    """Draw the village by its river, as JPEG."""
    chance = random.Random(seed)
    image = Image.new("RGB", (WIDTH, HEIGHT), "#cfe3ee")
    draw = ImageDraw.Draw(image)
    for row in range(HEIGHT // 2):
        share = row / (HEIGHT / 2)
        draw.line((0, row, WIDTH, row), fill=(int(186 + 44 * share), int(215 + 22 * share), int(232 + 4 * share)))
    draw.ellipse((1180, 90, 1300, 210), fill="#f4c430")
    for top, colour in ((380, "#a9c3a5"), (440, "#7fa383"), (520, "#5d8a68")):
        _hill(draw, chance, top, colour)
    base = 640
    for x in sorted(chance.uniform(40, WIDTH - 160) for _ in range(13)):
        _house(draw, chance, x, base + chance.uniform(-12, 12), chance.uniform(0.8, 1.15))
    _church(draw, chance.uniform(480, 900), base + 4)
    draw.rectangle((0, base + 10, WIDTH, HEIGHT), fill="#6f9e63")
    river = [(0, 730), (WIDTH * 0.3, 700), (WIDTH * 0.62, 745), (WIDTH, 715)]
    draw.polygon([*river, (WIDTH, 835), (WIDTH * 0.6, 860), (WIDTH * 0.28, 820), (0, 850)], fill="#3f7fb0")
    for _line in range(26):
        x, y = chance.uniform(0, WIDTH), chance.uniform(760, 810)
        draw.line((x, y, x + chance.uniform(30, 90), y), fill="#6aa3cc", width=4)
    for _tree in range(14):
        x, size = chance.uniform(0, WIDTH), chance.uniform(26, 54)
        draw.rectangle((x - 4, 672, x + 4, 706), fill="#5a4634")
        draw.ellipse((x - size, 690 - 2 * size, x + size, 690), fill=chance.choice(("#3f6d4a", "#4f8058", "#c9752b")))
    return _jpeg(image)


def town_hall(seed: int, brand: str) -> bytes:
    """Draw the town hall with its steps and its flag in the town's colour, as JPEG."""
    chance = random.Random(seed + 1000)
    image = Image.new("RGB", (WIDTH, HEIGHT), "#dfeaf0")
    draw = ImageDraw.Draw(image)
    _hill(draw, chance, 430, "#9dbb9a")
    draw.rectangle((0, 690, WIDTH, HEIGHT), fill="#e3dccd")
    draw.rectangle((420, 330, 1180, 690), fill=chance.choice(("#efe6d5", "#d8b08c", "#c9cfd0")))
    draw.polygon([(390, 330), (800, 190), (1210, 330)], fill="#44524f")
    for x in range(470, 1130, 110):
        if not 700 < x < 860:
            draw.rectangle((x, 400, x + 62, 510), fill="#37505c")
            draw.rectangle((x, 560, x + 62, 650), fill="#37505c")
    draw.rectangle((740, 500, 860, 690), fill=brand)
    for step in range(4):
        draw.rectangle((700 - 20 * step, 690 + 16 * step, 900 + 20 * step, 706 + 16 * step), fill="#c8bfac")
    draw.line((800, 190, 800, 60), fill="#54483a", width=8)
    draw.polygon([(804, 64), (930, 84), (804, 128)], fill=brand)
    for x in (250, 330, 1290, 1380):
        draw.rectangle((x - 7, 600, x + 7, 700), fill="#5a4634")
        draw.ellipse((x - 75, 440, x + 75, 630), fill=chance.choice(("#4f8058", "#c9752b", "#3f6d4a")))
    return _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()

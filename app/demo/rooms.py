"""What is behind the doors: rooms to live, work, meet, play and record in."""

from math import pi, sin

from app.demo.buildings import FLOWERS, strings_of_lights
from app.demo.landscapes import GREENS
from app.demo.painting import HEIGHT, WHITE, WIDTH, Canvas, Colour, dark, light, mix, rgb

_WALLS = tuple(
    map(
        rgb,
        ("#efe6d8", "#dfe8e6", "#e8d9c8", "#d5dfea", "#ead6cf", "#dbe3d0", "#c9d6d3", "#e9dfc4"),
    )
)
_BOLD = tuple(map(rgb, ("#2f5d62", "#7a4e3a", "#3a4a6a", "#5a6b4a", "#8a4a4a", "#4a5a68")))
_FABRICS = tuple(
    map(
        rgb,
        ("#c9704a", "#3f7f86", "#d9a441", "#6a7fae", "#8a9a6b", "#b5566a", "#e0d2ba", "#5a5f7a"),
    )
)
_WOODS = tuple(map(rgb, ("#a5774b", "#8a5f3e", "#c29a6b", "#6b4a32", "#b5864f")))
_LAMP, _INK = rgb("#ffe2a6"), rgb("#23272e")
_FLOOR = 430


def _any(canvas: Canvas, colours: tuple[Colour, ...]) -> Colour:
    return canvas.lots.choice(colours)


# ── parts of rooms ──────────────────────────────────────────────────────────────────────────


def room(canvas: Canvas, wall: Colour | None = None, floor: Colour | None = None) -> Colour:
    """Paint the back wall and the floor; return the wall's colour."""
    wall = wall or _any(canvas, _WALLS)
    floor = floor or _any(canvas, _WOODS)
    canvas.fade(0, 0, WIDTH, _FLOOR, light(wall, 0.1), dark(wall, 0.1))
    canvas.fade(0, _FLOOR, WIDTH, HEIGHT - _FLOOR, dark(floor, 0.12), light(floor, 0.15))
    for number in range(-14, 15):
        canvas.line(
            [(480 + number * 54, _FLOOR), (480 + number * 132, HEIGHT)], 1.4, dark(floor, 0.25)
        )
    canvas.box(0, _FLOOR - 12, WIDTH, 12, light(wall, 0.5))
    canvas.box(0, _FLOOR, WIDTH, 4, dark(floor, 0.4))
    return wall


def view(
    canvas: Canvas, x: float, y: float, width: float, height: float, outdoors: str = ""
) -> None:
    """Paint a window with curtains, and what is to be seen out of it: `hills`, `sea` or `city`."""
    canvas.box(x - 9, y - 9, width + 18, height + 18, rgb("#f7f2e8"))
    lit = canvas.light
    canvas.fade(x, y, width, height, lit.high, lit.low)
    sun_x = x + width * canvas.lots.uniform(0.25, 0.75)
    canvas.disc(sun_x, y + height * 0.3, min(width, height) * 0.09, light(lit.sun, 0.4))
    outdoors = outdoors or canvas.lots.choice(("hills", "sea", "city"))
    for number in range(3):
        foot, shift = y + height, canvas.lots.uniform(0, 6)
        top = y + height * (0.52 + 0.14 * number)
        if outdoors == "hills":
            colour = canvas.far(_any(canvas, GREENS), 0.6 - number * 0.25)
            tops = [
                (x + width * step / 24, top - height * 0.08 * sin(step / 24 * 2 * pi + shift))
                for step in range(25)
            ]
            canvas.shape([(x, foot), *tops, (x + width, foot)], colour)
        elif outdoors == "sea":
            canvas.box(x, top, width, foot - top, canvas.far(rgb("#2a92ae"), 0.5 - number * 0.22))
        else:
            left = x
            while left < x + width:
                across = min(canvas.lots.uniform(0.07, 0.15) * width, x + width - left)
                roof = top - height * canvas.lots.uniform(-0.1, 0.26)
                canvas.box(
                    left, roof, across, foot - roof, canvas.far(rgb("#71839a"), 0.6 - number * 0.22)
                )
                left += across
    canvas.box(x + width / 2 - 3, y, 6, height, rgb("#f7f2e8"))
    canvas.box(x, y + height * 0.45, width, 5, rgb("#f7f2e8"))
    cloth = light(_any(canvas, _FABRICS), 0.35)
    canvas.box(x - 52, y - 26, width + 104, 7, dark(cloth, 0.5))
    for side in (x - 46, x + width - 14):
        for fold in range(5):
            shade = mix(cloth, dark(cloth, 0.2), fold % 2)
            canvas.box(side + fold * 12, y - 20, 12, height + 66, shade)


def picture(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """Hang an abstract painting on the wall."""
    canvas.box(x - 7, y - 7, width + 14, height + 14, _any(canvas, _WOODS))
    canvas.box(x, y, width, height, light(_any(canvas, _FABRICS), 0.75))
    for number in range(4):
        top = y + height * (0.25 + 0.18 * number)
        points = [
            (x + width * step / 12, top - height * 0.1 * sin(step * 0.7 + number * 2))
            for step in range(13)
        ]
        canvas.shape([(x, y + height), *points, (x + width, y + height)], _any(canvas, _FABRICS))
    canvas.disc(x + width * 0.7, y + height * 0.22, min(width, height) * 0.1, rgb("#e8b04a"))


def lamp(canvas: Canvas, x: float, foot: float, height: float) -> None:
    """Put up a standing lamp that is lit."""
    canvas.glow(x, foot - height + 24, 150, _LAMP, 0.55)
    canvas.box(x - 3, foot - height + 40, 6, height - 40, _INK)
    canvas.oval(x, foot, 26, 6, _INK)
    canvas.shape(
        [
            (x - 24, foot - height),
            (x + 24, foot - height),
            (x + 42, foot - height + 54),
            (x - 42, foot - height + 54),
        ],
        rgb("#fff0cc"),
    )


def pendant(canvas: Canvas, x: float, length: float) -> None:
    """Hang a lamp from the ceiling."""
    canvas.box(x - 1.5, 0, 3, length, _INK)
    canvas.glow(x, length + 26, 120, _LAMP, 0.5)
    shade = _any(canvas, _BOLD)
    canvas.arc(x, length + 30, 40, 34, (180, 360), 40, shade)
    canvas.oval(x, length + 31, 40, 7, rgb("#fff0cc"))


def plant(canvas: Canvas, x: float, foot: float, height: float) -> None:
    """Put a plant in a pot on the floor."""
    leaf = _any(canvas, GREENS)
    for number in range(11):
        turn = (number - 5) / 5
        tip = (x + turn * height * 0.42, foot - height * (1 - 0.32 * abs(turn)))
        base = (x, foot - height * 0.3)
        half = ((base[0] + tip[0]) / 2 - turn * 8, (base[1] + tip[1]) / 2 - 12)
        shade = mix(dark(leaf, 0.25), light(leaf, 0.15), number % 3 / 2)
        canvas.shape([base, (half[0] - 11, half[1]), tip, (half[0] + 11, half[1])], shade)
    pot = _any(canvas, _FABRICS)
    canvas.shape(
        [
            (x - height * 0.17, foot - height * 0.33),
            (x + height * 0.17, foot - height * 0.33),
            (x + height * 0.12, foot),
            (x - height * 0.12, foot),
        ],
        pot,
    )
    canvas.box(
        x - height * 0.19, foot - height * 0.35, height * 0.38, height * 0.06, dark(pot, 0.15)
    )


def rug(canvas: Canvas, x: float, y: float, across: float, down: float) -> None:
    """Lay a woven rug."""
    one, other = canvas.lots.sample(_FABRICS, 2)
    for number in range(6):
        share = 1 - number / 6
        canvas.oval(x, y, across * share, down * share, (one, light(one, 0.4), other)[number % 3])


def sofa(canvas: Canvas, x: float, foot: float, width: float) -> None:
    """Paint a sofa with cushions."""
    cloth = _any(canvas, _FABRICS)
    canvas.oval(x + width / 2, foot + 8, width * 0.54, 14, dark(cloth, 0.75))
    canvas.rounded(x, foot - 150, width, 110, 22, dark(cloth, 0.1))
    canvas.rounded(x + 14, foot - 84, width - 28, 64, 14, cloth)
    canvas.box(x + width / 2 - 1.5, foot - 80, 3, 58, dark(cloth, 0.2))
    for side in (x - 24, x + width - 22):
        canvas.rounded(side, foot - 110, 46, 100, 18, light(cloth, 0.1))
    canvas.rounded(x - 6, foot - 26, width + 12, 18, 6, dark(cloth, 0.25))
    for leg in (10, width - 22):
        canvas.box(x + leg, foot - 10, 12, 16, _INK)
    for number, colour in enumerate(canvas.lots.sample(_FABRICS, 3)):
        left = x + width * (0.08 + 0.32 * number)
        canvas.rounded(left, foot - 132, 66, 60, 14, colour)
        canvas.line([(left + 10, foot - 102), (left + 56, foot - 102)], 2, light(colour, 0.4))


def table(canvas: Canvas, x: float, top: float, width: float, height: float) -> None:
    """Paint a table from the front."""
    wood = _any(canvas, _WOODS)
    canvas.rounded(x, top, width, 16, 5, light(wood, 0.12))
    canvas.box(x + 10, top + 14, width - 20, 10, dark(wood, 0.25))
    for leg in (18, width - 30):
        canvas.box(x + leg, top + 16, 12, height - 16, dark(wood, 0.15))


def bed(canvas: Canvas, x: float, foot: float, width: float) -> None:
    """Paint a made bed from its foot."""
    wood, cover = _any(canvas, _WOODS), _any(canvas, _FABRICS)
    canvas.rounded(x - 14, foot - 300, width + 28, 220, 16, wood)
    for slat in range(1, 6):
        canvas.box(x - 14 + (width + 28) * slat / 6, foot - 296, 4, 160, dark(wood, 0.2))
    linen = rgb("#fbf8f2")
    canvas.shape(
        [
            (x, foot - 190),
            (x + width, foot - 190),
            (x + width + 34, foot - 40),
            (x - 34, foot - 40),
        ],
        linen,
    )
    for side in (0.06, 0.54):
        canvas.rounded(x + width * side, foot - 236, width * 0.4, 62, 20, mix(linen, cover, 0.12))
        canvas.rounded(
            x + width * (side + 0.06), foot - 214, width * 0.28, 50, 16, light(cover, 0.3)
        )
    canvas.shape(
        [
            (x - 8, foot - 150),
            (x + width + 8, foot - 150),
            (x + width + 36, foot - 30),
            (x - 36, foot - 30),
        ],
        cover,
    )
    for fold in range(3):
        y = foot - 132 + fold * 34
        half = width / 2 + 14 + fold * 9
        canvas.line([(x + width / 2 - half, y), (x + width / 2 + half, y)], 3, light(cover, 0.25))
    canvas.rounded(x - 38, foot - 40, width + 76, 46, 8, dark(cover, 0.2))
    for leg in (-24, width + 10):
        canvas.box(x + leg, foot + 4, 14, 22, dark(wood, 0.3))


def net(canvas: Canvas, x: float, foot: float, width: float) -> None:
    """Hang a mosquito net over a bed, tied back at its posts."""
    cloth, middle = rgb("#fbf6ea"), x + width / 2
    for side in (-1, 1):
        top, post = middle + side * width * 0.3, middle + side * (width / 2 + 40)
        for fold in range(4):
            inner, shade = side * fold * 7, mix(cloth, rgb("#d3d6cf"), fold / 4)
            canvas.shape(
                [
                    (top - inner * 2, 86),
                    (top - inner * 2 - side * 16, 86),
                    (post - inner - side * 16, foot - 240),
                    (post - inner - side * 22, foot),
                    (post - inner, foot),
                    (post - inner, foot - 250),
                ],
                shade,
            )
        canvas.rounded(post - 16 - side * 12, foot - 252, 34, 12, 5, rgb("#d9b45a"))
    canvas.oval(middle, 84, width * 0.32, 14, cloth)
    canvas.oval(middle, 84, width * 0.26, 8, rgb("#d3d6cf"))
    canvas.box(middle - 1.5, 0, 3, 74, _INK)


def screen(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """Paint a screen that shows a chart."""
    canvas.rounded(x - 8, y - 8, width + 16, height + 16, 8, _INK)
    canvas.fade(x, y, width, height, rgb("#f4f8fb"), rgb("#dfeaf2"))
    canvas.box(x + width * 0.08, y + height * 0.1, width * 0.4, height * 0.07, rgb("#3a4a6a"))
    for number in range(7):
        share = canvas.lots.uniform(0.15, 0.6)
        canvas.box(
            x + width * (0.1 + 0.12 * number),
            y + height * (0.9 - share),
            width * 0.08,
            height * share,
            _any(canvas, _FABRICS),
        )


def laptop(canvas: Canvas, x: float, top: float) -> None:
    """Put an open laptop on a table."""
    canvas.rounded(x, top - 48, 76, 48, 5, _INK)
    canvas.fade(x + 4, top - 44, 68, 40, rgb("#cfe3f0"), rgb("#8fb6d0"))
    canvas.box(x - 6, top - 3, 88, 5, rgb("#9aa0a8"))


def chair(canvas: Canvas, x: float, foot: float, size: float, colour: Colour) -> None:
    """Paint a chair from behind."""
    canvas.rounded(x - size * 0.5, foot - size * 1.7, size, size * 0.95, size * 0.18, colour)
    canvas.rounded(
        x - size * 0.55, foot - size * 0.72, size * 1.1, size * 0.22, 4, dark(colour, 0.2)
    )
    canvas.box(x - 3, foot - size * 0.5, 6, size * 0.4, _INK)
    canvas.line([(x - size * 0.4, foot), (x, foot - size * 0.14), (x + size * 0.4, foot)], 5, _INK)


# ── rooms to live in ────────────────────────────────────────────────────────────────────────


def paint_living_room(canvas: Canvas) -> None:
    """A sofa under pictures, by a window."""
    room(canvas)
    left = canvas.lots.random() < 0.5
    view(canvas, 100 if left else 660, 90, 200, 220)
    x = 470 if left else 120
    for number in range(2):
        picture(
            canvas,
            x + 10 + number * 180,
            canvas.lots.uniform(86, 110),
            130,
            canvas.lots.uniform(110, 150),
        )
    rug(canvas, 480, 560, 330, 58)
    sofa(canvas, x - 10, 520, 360)
    table(canvas, 380, 536, 210, 66)
    canvas.rounded(440, 516, 34, 22, 6, _any(canvas, _FABRICS))
    canvas.oval(520, 532, 28, 7, light(_any(canvas, _FABRICS), 0.4))
    lamp(canvas, 880 if left else 70, 500, 300)
    plant(canvas, 90 if left else 870, 530, 190)


def paint_bedroom(canvas: Canvas) -> None:
    """A bed between lamps, by a window."""
    wall = room(canvas)
    if canvas.lots.random() < 0.6:
        canvas.fade(
            0,
            0,
            WIDTH,
            _FLOOR - 12,
            light(_any(canvas, _BOLD), 0.15),
            mix(wall, _any(canvas, _BOLD), 0.4),
        )
    left = canvas.lots.random() < 0.5
    x = 400 if left else 200
    view(canvas, 70 if left else 720, 80, 170, 240)
    rug(canvas, x + 170, 600, 320, 40)
    for side in (-96, 366):
        table(canvas, x + side, 420, 74, 110)
        canvas.glow(x + side + 37, 360, 110, _LAMP, 0.7)
        canvas.shape(
            [(x + side + 18, 346), (x + side + 56, 346), (x + side + 66, 384), (x + side + 8, 384)],
            rgb("#fff0cc"),
        )
        canvas.box(x + side + 34, 384, 6, 36, _INK)
    picture(canvas, x + 90, 110, 160, 104)
    bed(canvas, x, 570, 340)
    if canvas.lots.random() < 0.45:
        net(canvas, x, 580, 340)


def paint_hotel_room(canvas: Canvas) -> None:
    """Two beds, a desk and a screen on the wall."""
    room(canvas, floor=_any(canvas, _BOLD))
    view(canvas, 720, 80, 170, 240)
    for x in (90, 400):
        bed(canvas, x, 560, 210)
    pendant(canvas, 350, 100)
    screen(canvas, 380, 100, 190, 110)
    lamp(canvas, 680, 500, 280)


def paint_bathroom(canvas: Canvas) -> None:
    """A shower behind glass and a basin under a mirror."""
    tile = light(_any(canvas, _FABRICS), 0.55)
    room(canvas, wall=tile, floor=rgb("#b8bcc0"))
    for row in range(11):
        for column in range(25):
            shade = mix(tile, light(tile, 0.4), canvas.lots.random() * 0.7)
            canvas.box(column * 40 + row % 2 * 20 - 20, row * 38, 38, 36, shade)
    wood = _any(canvas, _WOODS)
    canvas.rounded(110, 110, 250, 190, 94, light(wood, 0.2))
    canvas.rounded(122, 122, 226, 166, 82, rgb("#dfeef2"))
    canvas.shape([(170, 270), (240, 140), (270, 140), (200, 270)], rgb("#f4fafc"))
    canvas.rounded(90, 372, 300, 26, 6, light(wood, 0.1))
    canvas.box(104, 398, 272, 100, wood)
    canvas.oval(240, 372, 84, 26, WHITE)
    canvas.oval(240, 368, 66, 15, rgb("#d8e2e4"))
    canvas.line([(240, 352), (240, 326), (262, 326)], 7, rgb("#8c949a"))
    canvas.fade(560, 40, 320, 470, rgb("#e8f4f6"), rgb("#c8dfe4"))
    canvas.line([(700, 60), (700, 130)], 8, rgb("#8c949a"))
    canvas.rounded(660, 128, 80, 14, 6, rgb("#8c949a"))
    for number in range(34):
        x = 664 + number % 9 * 9
        canvas.line([(x, 150 + number * 9), (x - 2, 168 + number * 9)], 1.4, WHITE)
    for side in (560, 876):
        canvas.box(side, 30, 5, 486, rgb("#8c949a"))
    plant(canvas, 470, 560, 150)
    for number, colour in enumerate(canvas.lots.sample(_FABRICS, 3)):
        canvas.rounded(116 + number * 88, 470, 78, 22, 8, colour)


def paint_dining_room(canvas: Canvas) -> None:
    """A table that is laid, under lamps."""
    room(canvas)
    view(canvas, 380, 80, 220, 200)
    for left in (140, 760):
        picture(canvas, left, 130, 110, 140)
    for x in (320, 480, 640):
        pendant(canvas, x, canvas.lots.uniform(60, 90))
    wood, cloth = _any(canvas, _WOODS), _any(canvas, _FABRICS)
    for x in (270, 410, 550, 690):
        chair(canvas, x, 540, 70, dark(cloth, 0.15))
    canvas.shape([(230, 460), (730, 460), (830, 560), (130, 560)], light(wood, 0.12))
    canvas.box(130, 558, 700, 16, dark(wood, 0.2))
    for x in (160, 780):
        canvas.box(x, 570, 20, 70, dark(wood, 0.3))
    canvas.shape([(430, 460), (530, 460), (550, 560), (410, 560)], light(cloth, 0.35))
    for row in range(2):
        for column in range(4):
            plate, y = 270 + column * 140 + (column - 1.5) * row * 22, 486 + row * 46
            canvas.oval(plate, y, 38 + row * 5, 10 + row * 2, WHITE)
            canvas.oval(plate, y - 1, 24, 6, light(cloth, 0.6))
    plant(canvas, 480, 520, 100)


def paint_bunks(canvas: Canvas) -> None:
    """Bunks with curtains along a wall of many colours."""
    room(canvas, wall=_any(canvas, _BOLD))
    view(canvas, 410, 90, 140, 180)
    wood = _any(canvas, _WOODS)
    for x in (50, 610):
        for y in (210, 400):
            canvas.box(x, y, 300, 14, wood)
            canvas.rounded(x + 8, y - 34, 284, 36, 10, rgb("#fbf8f2"))
            canvas.rounded(x + 14, y - 52, 70, 34, 12, light(_any(canvas, _FABRICS), 0.4))
            canvas.rounded(x + 96, y - 40, 196, 44, 10, _any(canvas, _FABRICS))
            cloth = _any(canvas, _FABRICS)
            for fold in range(4):
                canvas.box(
                    x + 244 + fold * 14, y - 160, 14, 164, mix(cloth, dark(cloth, 0.2), fold % 2)
                )
            canvas.glow(x + 50, y - 96, 60, _LAMP, 0.9)
        for post in (0, 288):
            canvas.box(x + post, 40, 14, 480, dark(wood, 0.15))
        for rung in range(6):
            canvas.box(x + 296, 250 + rung * 40, 40, 7, wood)
        canvas.box(x + 330, 230, 8, 290, wood)
    rug(canvas, 480, 570, 260, 40)
    for number, colour in enumerate(canvas.lots.sample(_FABRICS, 3)):
        canvas.rounded(420 + number * 44, 500 - number * 8, 40, 64 + number * 8, 14, colour)


def paint_tent_inside(canvas: Canvas) -> None:
    """A brass bed under canvas, with the plain outside."""
    cloth = rgb("#e3d4b0")
    room(canvas, wall=cloth, floor=_any(canvas, _WOODS))
    view(canvas, 300, 110, 360, 230, "hills")
    for number in range(9):
        edge = 480 + (number - 4) * 240
        canvas.line([(480, -60), (edge, 120)], 3, dark(cloth, 0.2))
    for side in (0, 1):
        x = side * WIDTH
        inward = 1 - 2 * side
        canvas.shape(
            [(x, 0), (x + inward * 230, 0), (x + inward * 60, _FLOOR), (x, _FLOOR)],
            dark(cloth, 0.12),
        )
        canvas.shape(
            [(x, 0), (x + inward * 120, 0), (x + inward * 30, _FLOOR), (x, _FLOOR)],
            dark(cloth, 0.22),
        )
    rug(canvas, 480, 600, 360, 40)
    bed(canvas, 310, 570, 340)
    for x in (180, 740):
        table(canvas, x, 440, 70, 90)
        canvas.glow(x + 35, 400, 120, rgb("#ffc46a"), 0.9)
        canvas.rounded(x + 22, 388, 26, 50, 8, rgb("#ffe6b0"))
    net(canvas, 310, 580, 340)


# ── rooms to work in ────────────────────────────────────────────────────────────────────────


def paint_office(canvas: Canvas) -> None:
    """Two desks with screens, and shelves."""
    room(canvas)
    view(canvas, 90, 80, 220, 210)
    for shelf in range(3):
        y = 150 + shelf * 74
        canvas.box(600, y, 280, 9, _any(canvas, _WOODS))
        x = 610.0
        while x < 850:
            width, height = canvas.lots.uniform(10, 20), canvas.lots.uniform(34, 58)
            canvas.box(x, y - height, width, height, _any(canvas, _FABRICS))
            x += width + canvas.lots.choice((1, 1, 2, 14))
    rug(canvas, 480, 590, 380, 40)
    for x in (110, 540):
        table(canvas, x, 420, 300, 130)
        screen(canvas, x + 90, 310, 130, 84)
        canvas.box(x + 150, 402, 10, 18, _INK)
        canvas.rounded(x + 30, 396, 20, 26, 5, _any(canvas, _FABRICS))
        chair(canvas, x + 150, 600, 82, _any(canvas, _FABRICS))
    pendant(canvas, 480, 90)
    plant(canvas, 904, 560, 200)


def paint_coworking(canvas: Canvas) -> None:
    """A long shared table under lamps, with plants."""
    room(canvas)
    for x in (90, 390, 690):
        view(canvas, x + 10, 90, 160, 200)
    for x in (170, 330, 480, 630, 790):
        pendant(canvas, x, 60 + canvas.lots.uniform(-16, 24))
    for x in (180, 330, 480, 630, 780):
        chair(canvas, x, 490, 58, _any(canvas, _FABRICS))
    wood = _any(canvas, _WOODS)
    canvas.shape([(140, 430), (820, 430), (910, 520), (50, 520)], light(wood, 0.15))
    canvas.box(50, 518, 860, 16, dark(wood, 0.2))
    for x in (90, 850):
        canvas.box(x, 532, 22, 96, dark(wood, 0.3))
    for x in (170, 330, 500, 660):
        laptop(canvas, x + canvas.lots.uniform(-14, 14), 476)
        canvas.rounded(x + 96, 462, 16, 20, 4, _any(canvas, _FABRICS))
    for x in (240, 420, 600, 760):
        chair(canvas, x, 632, 84, _any(canvas, _FABRICS))
    plant(canvas, 56, 470, 190)
    plant(canvas, 910, 470, 170)


def paint_meeting_room(canvas: Canvas) -> None:
    """A table with chairs in front of a screen."""
    room(canvas)
    screen(canvas, 340, 90, 280, 168)
    view(canvas, 80, 100, 130, 190)
    view(canvas, 750, 100, 130, 190)
    cloth, wood = _any(canvas, _FABRICS), _any(canvas, _WOODS)
    for number in range(4):
        for side in (-1, 1):
            share = number / 3
            size = 44 + 34 * share
            chair(
                canvas,
                480 + side * (190 + 130 * share),
                450 + 120 * share,
                size,
                dark(cloth, 0.12 * number),
            )
    canvas.shape([(360, 380), (600, 380), (780, 600), (180, 600)], light(wood, 0.18))
    canvas.box(180, 598, 600, 22, dark(wood, 0.25))
    for number in range(3):
        for side in (-1, 1):
            share = number / 2
            canvas.rounded(
                480 + side * (80 + 90 * share) - 26, 410 + 70 * share, 52, 20 + 8 * share, 3, WHITE
            )
    canvas.oval(480, 470, 30, 9, light(cloth, 0.4))


def paint_hall(canvas: Canvas) -> None:
    """Rows of chairs before a stage."""
    room(canvas, wall=_any(canvas, _BOLD), floor=_any(canvas, _BOLD))
    cloth, curtain = _any(canvas, _FABRICS), _any(canvas, _FABRICS)
    for side in (0, WIDTH - 200):
        for fold in range(10):
            canvas.box(side + fold * 20, 0, 20, 350, mix(curtain, dark(curtain, 0.25), fold % 2))
    screen(canvas, 290, 70, 380, 210)
    stage = _any(canvas, _WOODS)
    canvas.shape([(150, 340), (810, 340), (870, 390), (90, 390)], light(stage, 0.1))
    canvas.box(90, 388, 780, 40, dark(stage, 0.25))
    canvas.shape([(700, 262), (770, 262), (760, 360), (710, 360)], dark(stage, 0.1))
    for x in (300, 480, 660):
        canvas.glow(x, 20, 150, _LAMP, 0.5)
    for row in range(5):
        share = row / 4
        y, size = 450 + 190 * share**1.2, 26 + 34 * share
        for number in range(-9, 10):
            if number:
                seat = 480 + (number + (0.6 if number > 0 else -0.6)) * size * 1.5
                canvas.rounded(
                    seat - size * 0.6,
                    y - size * 1.3,
                    size * 1.2,
                    size * 1.3,
                    size * 0.22,
                    mix(cloth, dark(cloth, 0.35), 1 - share),
                )
                canvas.box(
                    seat - size * 0.6, y - size * 0.3, size * 1.2, size * 0.14, light(cloth, 0.25)
                )


def paint_party(canvas: Canvas) -> None:
    """A dance floor under coloured light, with a bar."""
    room(canvas, wall=rgb("#2a2144"), floor=rgb("#3a2a4a"))
    beams = canvas.lots.sample(FLOWERS, 4)
    for number, colour in enumerate(beams):
        x = 140 + number * 230
        canvas.glow(x, 40, 260, colour, 0.75)
        canvas.rounded(x - 22, 10, 44, 30, 8, _INK)
    for row in range(5):
        for column in range(9):
            share = row / 5
            top, y = 450 + row * 38, 450 + (row + 1) * 38
            near, far = 90 + 22 * (share + 0.2) * 5, 90 + 22 * share * 5
            colour = mix(_any(canvas, tuple(beams)), rgb("#2a2144"), canvas.lots.uniform(0.25, 0.8))
            left = column - 4.5
            canvas.shape(
                [
                    (480 + left * far, top),
                    (480 + (left + 1) * far, top),
                    (480 + (left + 1) * near, y),
                    (480 + left * near, y),
                ],
                colour,
            )
    for ring in range(6):
        canvas.arc(480, 150, 62, 62, (0, 360), 3, light(rgb("#8a90b0"), 0.1 * ring))
    canvas.disc(480, 150, 60, rgb("#b9c2de"))
    for row in range(9):
        for column in range(9):
            x, y = 480 + (column - 4) * 13, 150 + (row - 4) * 13
            if (x - 480) ** 2 + (y - 150) ** 2 < 3000:
                canvas.box(
                    x - 5,
                    y - 5,
                    10,
                    10,
                    mix(_any(canvas, tuple(beams)), WHITE, canvas.lots.uniform(0.2, 0.9)),
                )
    canvas.box(478, 0, 3, 92, rgb("#8a90b0"))
    wood = _any(canvas, _WOODS)
    for x in (40, 700):
        canvas.box(x, 330, 220, 12, light(wood, 0.3))
        canvas.fade(x + 8, 342, 204, 108, wood, dark(wood, 0.4))
        for bottle in range(9):
            colour = _any(canvas, tuple(beams))
            canvas.rounded(x + 18 + bottle * 22, 286, 13, 44, 5, colour)
            canvas.box(x + 22 + bottle * 22, 270, 5, 18, colour)
    strings_of_lights(canvas, 210, 30)


def paint_photo_studio(canvas: Canvas) -> None:
    """A backdrop between soft boxes."""
    room(canvas, wall=rgb("#d7d9dc"), floor=rgb("#b5b8bc"))
    paper = _any(canvas, _FABRICS)
    canvas.fade(290, 60, 380, 380, light(paper, 0.3), paper)
    canvas.shape([(290, 430), (670, 430), (790, 610), (170, 610)], light(paper, 0.12))
    canvas.rounded(270, 44, 420, 22, 10, _INK)
    canvas.rounded(440, 470, 80, 16, 6, _any(canvas, _WOODS))
    for leg in (452, 500):
        canvas.box(leg, 484, 8, 84, _INK)
    for side in (-1, 1):
        x = 480 + side * 330
        canvas.glow(x - side * 40, 170, 240, rgb("#fffbe8"), 0.8)
        canvas.line([(x + side * 20, 190), (x + side * 20, 570)], 7, _INK)
        for leg in (-46, 46):
            canvas.line([(x + side * 20, 500), (x + side * 20 + leg, 590)], 6, _INK)
        canvas.shape(
            [(x - side * 74, 90), (x + side * 40, 130), (x + side * 40, 220), (x - side * 74, 270)],
            _INK,
        )
        canvas.shape(
            [(x - side * 80, 84), (x - side * 66, 90), (x - side * 66, 270), (x - side * 80, 276)],
            rgb("#fffdf2"),
        )
    canvas.line([(250, 640), (290, 540), (330, 640)], 7, _INK)
    canvas.rounded(256, 488, 70, 50, 8, _INK)
    canvas.disc(304, 513, 20, rgb("#46505c"))
    canvas.disc(304, 513, 11, rgb("#8fb6d0"))


def paint_music_studio(canvas: Canvas) -> None:
    """A mixing desk between loudspeakers, and the booth behind glass."""
    room(canvas, wall=rgb("#3a3540"), floor=_any(canvas, _WOODS))
    for number in range(12):
        foam = _any(canvas, _BOLD)
        for step in range(5):
            canvas.box(number * 80, step * 26, 78, 13, mix(foam, dark(foam, 0.4), step % 2))
    canvas.rounded(270, 150, 420, 170, 10, rgb("#17191f"))
    canvas.fade(282, 162, 396, 146, rgb("#7a5a8a"), rgb("#3a2a4a"))
    canvas.glow(480, 220, 130, _any(canvas, FLOWERS), 0.7)
    canvas.line([(480, 308), (480, 236)], 4, _INK)
    canvas.rounded(464, 196, 32, 52, 16, rgb("#c9ced6"))
    for x in (130, 720):
        canvas.rounded(x, 190, 110, 180, 10, _INK)
        canvas.disc(x + 55, 310, 42, rgb("#4a5058"))
        canvas.disc(x + 55, 310, 17, rgb("#d9b45a"))
        canvas.disc(x + 55, 228, 21, rgb("#4a5058"))
    wood = _any(canvas, _WOODS)
    canvas.shape([(120, 400), (840, 400), (910, 560), (50, 560)], rgb("#2a2d34"))
    canvas.box(50, 556, 860, 30, wood)
    for row in range(4):
        for column in range(26):
            share = row / 4
            knob = 480 + (column - 12.5) * (25 + 6 * share)
            y = 420 + row * 26
            canvas.disc(knob, y, 5, _any(canvas, _FABRICS) if row < 2 else rgb("#c9ced6"))
    for column in range(26):
        knob = 480 + (column - 12.5) * 31
        canvas.box(knob - 1, 510, 3, 40, rgb("#5a606a"))
        canvas.rounded(knob - 7, 512 + canvas.lots.uniform(0, 28), 14, 9, 2, rgb("#e6e2da"))
    screen(canvas, 420, 330, 120, 62)


def paint_podcast(canvas: Canvas) -> None:
    """Microphones around a table, and letters of light on the wall."""
    wall = _any(canvas, _BOLD)
    room(canvas, wall=wall)
    for row in range(6):
        for column in range(16):
            x, y = column * 62 + row % 2 * 31 - 20, row * 54
            canvas.shape(
                [
                    (x + 16, y),
                    (x + 46, y),
                    (x + 61, y + 26),
                    (x + 46, y + 52),
                    (x + 16, y + 52),
                    (x + 1, y + 26),
                ],
                mix(wall, dark(wall, 0.35), canvas.lots.random()),
            )
    neon = _any(canvas, FLOWERS[:5])
    canvas.glow(480, 150, 260, neon, 0.6)
    canvas.rounded(370, 100, 220, 96, 48, light(neon, 0.4))
    canvas.rounded(378, 108, 204, 80, 40, dark(wall, 0.3))
    for bar in range(13):
        height = 12 + 44 * abs(sin(bar * 1.1))
        canvas.rounded(400 + bar * 13, 148 - height / 2, 6, height, 3, light(neon, 0.5))
    for x in (190, 390, 570, 770):
        chair(canvas, x, 560, 96, _any(canvas, _FABRICS))
    wood = _any(canvas, _WOODS)
    canvas.oval(480, 520, 360, 70, light(wood, 0.12))
    canvas.shape([(120, 520), (840, 520), (780, 590), (180, 590)], dark(wood, 0.1))
    canvas.oval(480, 512, 360, 62, light(wood, 0.2))
    for x in (250, 410, 560, 720):
        canvas.line([(x, 510), (x + 10, 440), (x - 16, 400)], 5, _INK)
        canvas.rounded(x - 36, 362, 34, 54, 17, rgb("#30343c"))
        canvas.box(x - 36, 386, 34, 5, rgb("#c9ced6"))
        canvas.oval(x, 512, 22, 6, _INK)
    plant(canvas, 70, 540, 190)
    lamp(canvas, 900, 520, 280)


def paint_studio_flat(canvas: Canvas) -> None:
    """A bed, a kitchenette and a small table in one room."""
    room(canvas)
    wood, front = _any(canvas, _WOODS), _any(canvas, _FABRICS)
    canvas.box(560, 300, 360, 14, light(wood, 0.2))
    for number in range(4):
        canvas.box(564 + number * 89, 316, 85, 114, front)
        canvas.box(564 + number * 89 + 66, 366, 8, 24, light(front, 0.6))
        canvas.box(564 + number * 89, 110, 85, 90, light(front, 0.25))
    canvas.rounded(600, 288, 90, 14, 4, rgb("#c9ced6"))
    canvas.line([(645, 286), (645, 256), (668, 256)], 5, rgb("#8c949a"))
    canvas.rounded(780, 262, 46, 40, 8, _any(canvas, _FABRICS))
    view(canvas, 330, 90, 150, 190)
    bed(canvas, 60, 570, 250)
    table(canvas, 520, 490, 200, 110)
    for x in (500, 740):
        chair(canvas, x, 610, 66, _any(canvas, _FABRICS))
    laptop(canvas, 580, 490)
    pendant(canvas, 620, 70)
    plant(canvas, 900, 580, 170)


PAINTERS = {
    "bathroom": (paint_bathroom, "The bathroom"),
    "bedroom": (paint_bedroom, "A bedroom"),
    "bunks": (paint_bunks, "The bunks"),
    "coworking": (paint_coworking, "The shared table"),
    "dining-room": (paint_dining_room, "The table that everybody fits around"),
    "hall": (paint_hall, "The hall with its stage"),
    "hotel-room": (paint_hotel_room, "A room with two beds"),
    "living-room": (paint_living_room, "The living room"),
    "meeting-room": (paint_meeting_room, "The meeting room"),
    "music-studio": (paint_music_studio, "The desk and the booth"),
    "office": (paint_office, "The desks"),
    "party": (paint_party, "The dance floor"),
    "photo-studio": (paint_photo_studio, "The backdrop and the lights"),
    "podcast": (paint_podcast, "The microphones"),
    "studio-flat": (paint_studio_flat, "The whole room"),
    "tent-inside": (paint_tent_inside, "Inside a tent"),
}

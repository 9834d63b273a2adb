"""What people have built: houses, towers, camps, and what stands around them."""

from app.demo.landscapes import acacia, beach, bushes, green, lawn, palm, tree, water
from app.demo.painting import HEIGHT, WHITE, WIDTH, Canvas, Colour, dark, light, mix, rgb

WALLS = tuple(
    map(
        rgb,
        ("#f6efe2", "#f3dcc0", "#e9c8a0", "#dfe7e6", "#f2d6cf", "#d9e2c8", "#ead9e6", "#cfdfec"),
    )
)
ROOFS = tuple(map(rgb, ("#b4472f", "#8f3b2d", "#3d5a6c", "#5a4a42", "#2f6b5a", "#a8632e")))
FLOWERS = tuple(map(rgb, ("#d94a8c", "#f08a3c", "#f3d24a", "#b06ad0", "#e8524a", "#ffffff")))
_THATCH, _LAMP = rgb("#a98a55"), rgb("#ffd98a")


def _wall(canvas: Canvas) -> Colour:
    return canvas.shaded(canvas.lots.choice(WALLS))


def _roof(canvas: Canvas) -> Colour:
    return canvas.shaded(canvas.lots.choice(ROOFS))


def _flower(canvas: Canvas) -> Colour:
    return canvas.lots.choice(FLOWERS)


def _glass(canvas: Canvas) -> Colour:
    if canvas.light.is_dark or canvas.light.shade > 0.2:
        return canvas.lots.choice((_LAMP, _LAMP, rgb("#ffe9b8"), rgb("#2c3a54")))
    return mix(rgb("#3d6a86"), canvas.light.low, canvas.lots.uniform(0.1, 0.35))


# ── parts of buildings ──────────────────────────────────────────────────────────────────────


def window(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """Paint a window with its frame and cross."""
    frame = light(canvas.shaded(rgb("#f5f0e6")), 0.2)
    canvas.box(x - 4, y - 4, width + 8, height + 8, frame)
    glass = _glass(canvas)
    canvas.fade(x, y, width, height, light(glass, 0.25), glass)
    canvas.box(x + width / 2 - 1.5, y, 3, height, frame)
    canvas.box(x, y + height * 0.4, width, 3, frame)
    canvas.box(x - 8, y + height + 4, width + 16, 5, dark(frame, 0.2))


def door(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """Paint a wooden door with panels."""
    wood = canvas.shaded(canvas.lots.choice((rgb("#7a4a2c"), rgb("#2f5d62"), rgb("#8a2f2f"))))
    canvas.box(x - 5, y - 5, width + 10, height + 5, light(wood, 0.5))
    canvas.box(x, y, width, height, wood)
    for row in range(2):
        for column in range(2):
            canvas.box(
                x + width * (0.12 + 0.44 * column),
                y + height * (0.08 + 0.46 * row),
                width * 0.32,
                height * 0.38,
                dark(wood, 0.2),
            )
    canvas.disc(x + width * 0.88, y + height * 0.54, 3, _LAMP)


def gabled(canvas: Canvas, x: float, foot: float, width: float, height: float) -> None:
    """Paint a house with a tiled roof, a porch and some windows."""
    wall, roof = _wall(canvas), _roof(canvas)
    top = foot - height
    canvas.fade(x, top, width, height, light(wall, 0.08), dark(wall, 0.08))
    canvas.box(x, foot - 16, width, 16, dark(wall, 0.35))
    ridge = top - height * canvas.lots.uniform(0.55, 0.75)
    canvas.shape(
        [
            (x - 34, top + 8),
            (x + width * 0.16, ridge),
            (x + width * 0.84, ridge),
            (x + width + 34, top + 8),
        ],
        roof,
    )
    for step in range(1, 8):
        share = step / 8
        y = ridge + (top + 8 - ridge) * share
        inset = (width * 0.16 + 34) * (1 - share)
        canvas.line([(x - 34 + inset, y), (x + width + 34 - inset, y)], 1.6, dark(roof, 0.16))
    canvas.box(x - 34, top + 4, width + 68, 9, dark(roof, 0.3))
    canvas.box(x, top + 13, width, 12, dark(wall, 0.22))
    middle = x + width * canvas.lots.choice((0.3, 0.5, 0.68))
    door(canvas, middle - 28, foot - height * 0.62, 56, height * 0.62)
    for share in (0.04, 0.16, 0.36, 0.56, 0.76, 0.86):
        left = x + width * share
        if abs(left + 36 - middle) > 84 and left + 76 < x + width:
            window(canvas, left, foot - height * 0.68, 62, height * 0.36)
            canvas.box(left - 10, foot - height * 0.26, 82, 9, dark(wall, 0.3))
    gable = middle
    canvas.shape(
        [(gable - 84, top + 14), (gable, top - 46), (gable + 84, top + 14)], light(roof, 0.1)
    )
    for side in (-70, 62):
        canvas.box(gable + side, top + 12, 9, foot - top - 12, light(wall, 0.4))


def path(canvas: Canvas, x: float, top: float, spread: float) -> None:
    """Paint a path that comes towards us from a door."""
    stone = canvas.shaded(canvas.lots.choice((rgb("#d8c8a8"), rgb("#b9b2a6"), rgb("#b5714f"))))
    end = x + canvas.lots.uniform(-90, 90)
    canvas.shape(
        [(x - 26, top), (x + 26, top), (end + spread, HEIGHT), (end - spread, HEIGHT)], stone
    )
    for step in range(1, 9):
        share = (step / 9) ** 1.6
        y, half = top + (HEIGHT - top) * share, 26 + (spread - 26) * share
        middle = x + (end - x) * share
        canvas.line([(middle - half, y), (middle + half, y)], 1.6, dark(stone, 0.15))


def pool(canvas: Canvas, top: float, bottom: float, left: float, right: float) -> None:
    """Paint a swimming pool in a terrace."""
    water_colour = canvas.shaded(
        canvas.lots.choice((rgb("#2bb5c9"), rgb("#3aa7de"), rgb("#35c4b5")))
    )
    rim = canvas.shaded(rgb("#f3ead8"))
    lean = (bottom - top) * 0.55
    corners = [(left, top), (right, top), (right + lean, bottom), (left - lean, bottom)]
    outer = [
        (left - 12, top - 6),
        (right + 12, top - 6),
        (right + lean + 26, bottom + 14),
        (left - lean - 26, bottom + 14),
    ]
    canvas.shape(outer, rim)
    canvas.shape(corners, water_colour)
    canvas.shape(
        [(left, top), (right, top), (right + 4, top + 7), (left - 4, top + 7)],
        dark(water_colour, 0.3),
    )
    for _ in range(46):
        share = canvas.lots.random()
        y = top + 10 + (bottom - top - 12) * share
        low, high = left - lean * share, right + lean * share
        x = canvas.lots.uniform(low + 10, high - 70)
        length = canvas.lots.uniform(14, 54)
        canvas.arc(
            x + length / 2, y, length / 2, 4 + 3 * share, (200, 340), 1.6, light(water_colour, 0.4)
        )


def lounger(canvas: Canvas, x: float, y: float, colour: Colour) -> None:
    """Paint a sun bed under a parasol."""
    wood = canvas.shaded(rgb("#8a6a48"))
    canvas.box(x + 36, y - 130, 5, 130, wood)
    canvas.shape([(x - 42, y - 104), (x + 38, y - 152), (x + 118, y - 104)], canvas.shaded(colour))
    canvas.shape(
        [(x + 10, y - 104), (x + 38, y - 152), (x + 66, y - 104)], light(canvas.shaded(colour), 0.3)
    )
    canvas.shape(
        [
            (x - 30, y - 14),
            (x + 74, y - 14),
            (x + 96, y - 52),
            (x + 106, y - 48),
            (x + 84, y),
            (x - 30, y),
        ],
        light(wood, 0.65),
    )
    for leg in (-24, 70):
        canvas.box(x + leg, y, 6, 14, wood)


def strings_of_lights(canvas: Canvas, y: float, dip: float) -> None:
    """Hang lights across the picture."""
    for number in range(3):
        shift = number * 26
        points = [
            (x, y + shift + dip * (1 - ((x % 320) / 160 - 1) ** 2))
            for x in range(0, WIDTH + 20, 20)
        ]
        canvas.line(points, 1.2, dark(canvas.light.high, 0.5))
        for x, at in points[number % 2 :: 2]:
            canvas.glow(x, at + 4, 16, _LAMP, 0.8)
            canvas.disc(x, at + 4, 3.2, rgb("#fff3cf"))


def round_hut(canvas: Canvas, x: float, foot: float, size: float) -> None:
    """Paint a round house with a roof of grass."""
    wall, thatch = _wall(canvas), canvas.shaded(_THATCH)
    canvas.fade(
        x - size * 0.42,
        foot - size * 0.46,
        size * 0.84,
        size * 0.46,
        light(wall, 0.08),
        dark(wall, 0.15),
    )
    canvas.rounded(
        x - size * 0.11, foot - size * 0.38, size * 0.22, size * 0.38, size * 0.1, dark(wall, 0.65)
    )
    for side in (-0.31, 0.19):
        canvas.rounded(
            x + side * size, foot - size * 0.34, size * 0.13, size * 0.15, 4, _glass(canvas)
        )
    canvas.shape(
        [
            (x - size * 0.6, foot - size * 0.4),
            (x, foot - size),
            (x + size * 0.6, foot - size * 0.4),
        ],
        thatch,
    )
    for _ in range(46):
        share, across = canvas.lots.uniform(0.1, 1), canvas.lots.uniform(-1, 1)
        y = foot - size + size * 0.6 * share
        left = x + across * size * 0.6 * share
        shade = mix(dark(thatch, 0.3), light(thatch, 0.25), canvas.lots.random())
        canvas.line([(left, y), (left + across * size * 0.09, y + size * 0.08)], 1.4, shade)
    canvas.disc(x, foot - size, size * 0.035, dark(thatch, 0.4))


def tower(
    canvas: Canvas, x: float, foot: float, width: float, height: float, colour: Colour
) -> None:
    """Paint a tall building with its windows."""
    canvas.fade(x, foot - height, width, height, light(colour, 0.12), dark(colour, 0.12))
    canvas.box(x + width * 0.86, foot - height, width * 0.14, height, dark(colour, 0.2))
    if canvas.lots.random() < 0.4:
        canvas.box(x + width * 0.3, foot - height - 18, width * 0.3, 18, dark(colour, 0.2))
        canvas.box(x + width * 0.44, foot - height - 54, 3, 36, dark(colour, 0.3))
    across = canvas.lots.choice((11, 13, 16))
    for column in range(int((width * 0.84 - 8) // across)):
        for row in range(int((height - 14) // 18)):
            if canvas.lots.random() < 0.82:
                where = (x + 6 + column * across, foot - height + 10 + row * 18)
                canvas.box(*where, across * 0.58, 10, _glass(canvas))


def towers(canvas: Canvas, foot: float, tallest: float, distance: float) -> None:
    """Paint a row of tall buildings from side to side."""
    x = -30.0
    while x < WIDTH:
        width = canvas.lots.uniform(52, 110)
        height = tallest * canvas.lots.uniform(0.3, 1)
        colour = canvas.far(
            canvas.lots.choice(
                (rgb("#7d8fa3"), rgb("#a89a8c"), rgb("#8c9aa0"), rgb("#b5a99a"), rgb("#5d7186"))
            ),
            distance,
        )
        tower(canvas, x, foot, width, height, colour)
        x += width + canvas.lots.uniform(-8, 16)


# ── whole places ────────────────────────────────────────────────────────────────────────────


def paint_house(canvas: Canvas) -> None:
    """A house with a tiled roof behind a lawn."""
    canvas.sky(420)
    canvas.ridge(380, 26, canvas.far(green(canvas), 0.5), waves=2)
    for _ in range(5):
        tree(canvas, canvas.lots.uniform(0, WIDTH), 430, canvas.lots.uniform(150, 260))
    lawn(canvas, 425)
    x = canvas.lots.uniform(150, 300)
    width = canvas.lots.uniform(440, 520)
    gabled(canvas, x, 470, width, canvas.lots.uniform(150, 175))
    bushes(canvas, 486, 22, 26, _flower(canvas))
    path(canvas, x + width * 0.5, 474, 130)
    palm(canvas, canvas.lots.choice((70, 880)), 560, canvas.lots.uniform(260, 340), 0.08)


def paint_cottage(canvas: Canvas) -> None:
    """A small stone house in the hills, with smoke from its chimney."""
    canvas.sky(400)
    for number in range(3):
        canvas.ridge(
            300 + number * 44, 46, canvas.far(green(canvas), 0.7 - number * 0.2), waves=1.5 + number
        )
    lawn(canvas, 430)
    x = canvas.lots.uniform(260, 420)
    stone = canvas.shaded(rgb("#b8a890"))
    canvas.box(x + 210, 236, 34, 90, dark(stone, 0.2))
    for puff in range(5):
        canvas.glow(
            x + 228 + puff * 16, 226 - puff * 26, 18 + puff * 7, light(canvas.light.low, 0.5), 0.45
        )
    gabled(canvas, x, 480, 300, 140)
    for _ in range(10):
        tree(
            canvas,
            canvas.lots.choice((canvas.lots.uniform(0, 210), canvas.lots.uniform(760, 960))),
            canvas.lots.uniform(460, 520),
            canvas.lots.uniform(120, 230),
        )
    bushes(canvas, 496, 20, 22, _flower(canvas))
    path(canvas, x + 150, 484, 90)


def paint_garden(canvas: Canvas) -> None:
    """A lawn under old trees, with a bench and flowers."""
    canvas.sky(380)
    canvas.ridge(370, 30, canvas.far(green(canvas), 0.4), waves=3)
    for _ in range(6):
        tree(canvas, canvas.lots.uniform(0, WIDTH), 420, canvas.lots.uniform(140, 240))
    lawn(canvas, 400)
    gabled(canvas, canvas.lots.choice((90, 520)), 440, 320, 110)
    bushes(canvas, 452, 22, 30, _flower(canvas))
    blossom = canvas.lots.choice((rgb("#9a7ad0"), rgb("#7a66c4"), rgb("#d0563a"), rgb("#e8a03c")))
    tree(canvas, canvas.lots.uniform(120, 300), 600, 470, blossom)
    tree(canvas, canvas.lots.uniform(720, 900), 580, 400)
    wood, x = canvas.shaded(rgb("#8a5f3c")), canvas.lots.uniform(420, 560)
    for plank in (0, 16, 34):
        canvas.rounded(x, 520 + plank, 150, 11, 3, light(wood, 0.1))
    for leg in (12, 128):
        canvas.box(x + leg, 516, 8, 66, dark(wood, 0.2))
    for colour in canvas.lots.sample(FLOWERS, 3):
        for _ in range(36):
            canvas.disc(
                canvas.lots.uniform(0, WIDTH),
                canvas.lots.uniform(600, 640),
                3.4,
                canvas.shaded(colour),
            )


def paint_villa(canvas: Canvas) -> None:
    """A white villa with a pool in front of it."""
    canvas.sky(380)
    canvas.ridge(370, 20, canvas.far(green(canvas), 0.4), waves=3)
    for _ in range(4):
        palm(
            canvas,
            canvas.lots.uniform(0, WIDTH),
            420,
            canvas.lots.uniform(180, 280),
            canvas.lots.uniform(-0.2, 0.2),
        )
    wall, roof = _wall(canvas), _roof(canvas)
    x, width = canvas.lots.uniform(150, 230), 560
    canvas.fade(x, 226, width, 220, light(wall, 0.1), dark(wall, 0.06))
    for left, across, top in ((x - 26, width + 52, 226), (x + 150, 260, 166)):
        if top < 200:
            canvas.fade(left + 22, top, across - 44, 66, light(wall, 0.14), wall)
        canvas.shape(
            [
                (left, top + 6),
                (left + 60, top - 52),
                (left + across - 60, top - 52),
                (left + across, top + 6),
            ],
            roof,
        )
        canvas.box(left, top + 4, across, 7, dark(roof, 0.3))
    for number in range(3):
        window(canvas, x + 206 + number * 62, 182, 34, 34)
    for number in range(5):
        left = x + 18 + number * 108
        canvas.rounded(left, 276, 78, 220, 39, dark(wall, 0.25))
        canvas.rounded(left + 8, 286, 62, 220, 31, _glass(canvas))
        canvas.box(left + 38, 290, 3, 160, light(wall, 0.3))
    terrace = canvas.shaded(rgb("#dccdb4"))
    canvas.fade(0, 440, WIDTH, HEIGHT - 440, light(terrace, 0.15), dark(terrace, 0.08))
    bushes(canvas, 448, 16, 22, _flower(canvas))
    pool(canvas, 482, 610, canvas.lots.uniform(170, 230), canvas.lots.uniform(600, 680))
    lounger(canvas, 790, 560, canvas.lots.choice(FLOWERS[:4]))
    palm(canvas, canvas.lots.uniform(40, 90), 600, 420, 0.12)


def paint_modern_villa(canvas: Canvas) -> None:
    """Slabs of concrete and glass above a long pool."""
    canvas.sky(450)
    canvas.ridge(424, 18, canvas.far(green(canvas), 0.4), waves=3, foot=450)
    for _ in range(6):
        tree(canvas, canvas.lots.uniform(0, WIDTH), 430, canvas.lots.uniform(160, 280))
    pale, wood = canvas.shaded(rgb("#eef0ee")), canvas.shaded(rgb("#9a6b43"))
    x = canvas.lots.uniform(110, 190)
    canvas.fade(x + 90, 180, 520, 130, pale, dark(pale, 0.08))
    canvas.fade(x, 300, 660, 150, dark(pale, 0.08), dark(pale, 0.16))
    for left, top, across, down in (
        (x + 120, 202, 300, 86),
        (x + 30, 322, 260, 128),
        (x + 320, 322, 300, 128),
    ):
        canvas.fade(left, top, across, down, light(_glass(canvas), 0.3), _glass(canvas))
        for number in range(1, 5):
            canvas.box(left + across * number / 5, top, 3, down, dark(pale, 0.6))
    for plank in range(9):
        canvas.box(x + 450 + plank * 16, 188, 13, 110, mix(wood, dark(wood, 0.3), plank % 2 * 0.5))
    canvas.box(x + 70, 172, 560, 14, light(pale, 0.5))
    canvas.box(x - 24, 294, 710, 14, light(pale, 0.5))
    terrace = canvas.shaded(rgb("#cfc6b8"))
    canvas.fade(0, 448, WIDTH, HEIGHT - 448, light(terrace, 0.12), dark(terrace, 0.1))
    pool(canvas, 490, 600, 190, 800)
    for side in (60, 880):
        bushes_at = canvas.shaded(green(canvas))
        for number in range(5):
            canvas.disc(
                side + number * 14 - 28, 470 - number % 2 * 16, 26, dark(bushes_at, 0.08 * number)
            )


def paint_pool(canvas: Canvas) -> None:
    """A pool at the edge of the sea."""
    canvas.sky(290)
    water(canvas, 290, 420, rgb("#1f8fb0"))
    terrace = canvas.shaded(rgb("#e6d8bf"))
    canvas.fade(0, 400, WIDTH, HEIGHT - 400, light(terrace, 0.15), dark(terrace, 0.06))
    pool(canvas, 420, 580, canvas.lots.uniform(180, 260), canvas.lots.uniform(620, 720))
    colour = _flower(canvas)
    lounger(canvas, 60, 470, colour)
    lounger(canvas, 800, 480, colour)
    for x, lean in ((90, 0.15), (905, -0.15)):
        palm(canvas, x, 440, canvas.lots.uniform(280, 350), lean)
    bushes(canvas, 640, 22, 18, _flower(canvas))


def paint_apartments(canvas: Canvas) -> None:
    """A block of flats with balconies, on a street with trees."""
    canvas.sky(540)
    towers(canvas, 540, 200, 0.65)
    wall, trim = _wall(canvas), _roof(canvas)
    floors, columns = canvas.lots.randint(4, 6), canvas.lots.randint(4, 6)
    width, storey = columns * 104, 420 / floors
    x = canvas.lots.uniform(60, WIDTH - width - 60)
    canvas.fade(x, 110, width, 430, light(wall, 0.1), dark(wall, 0.08))
    canvas.box(x - 10, 98, width + 20, 14, trim)
    for floor in range(floors):
        top = 118 + floor * storey
        for column in range(columns):
            left = x + 14 + column * 104
            if floor == floors - 1 and column == columns // 2:
                door(canvas, left + 8, top + 10, 60, 530 - top)
                continue
            window(canvas, left + 8, top + 12, 58, storey * 0.5)
            if (column + floor) % 2 == 0 and floor < floors - 1:
                canvas.box(left - 4, top + storey * 0.62, 84, 6, dark(wall, 0.35))
                for bar in range(9):
                    canvas.box(left - 2 + bar * 10, top + storey * 0.4, 3, storey * 0.22, trim)
    street = canvas.shaded(rgb("#8a8a8c"))
    canvas.box(0, 538, WIDTH, 30, canvas.shaded(rgb("#cfc6b4")))
    canvas.fade(0, 566, WIDTH, 74, street, dark(street, 0.2))
    for x_line in range(20, WIDTH, 130):
        canvas.box(x_line, 602, 60, 5, light(street, 0.6))
    for _ in range(3):
        tree(canvas, canvas.lots.uniform(20, 940), 552, canvas.lots.uniform(120, 190))
    car = canvas.shaded(
        canvas.lots.choice((rgb("#c0392b"), rgb("#2f6fa8"), rgb("#f0f0f0"), rgb("#e0a83c")))
    )
    left = canvas.lots.uniform(60, 700)
    canvas.rounded(left + 24, 558, 92, 34, 14, car)
    canvas.rounded(left + 34, 563, 72, 20, 8, _glass(canvas))
    canvas.rounded(left, 578, 150, 30, 10, car)
    for wheel in (32, 118):
        canvas.disc(left + wheel, 608, 14, rgb("#20242a"))
        canvas.disc(left + wheel, 608, 6, rgb("#9aa0a6"))


def paint_townhouses(canvas: Canvas) -> None:
    """A row of town houses in different colours."""
    canvas.sky(480)
    canvas.ridge(420, 24, canvas.far(green(canvas), 0.5), waves=2)
    number = canvas.lots.randint(3, 4)
    width = 840 / number
    for house in range(number):
        x = 60 + house * width
        wall, roof = _wall(canvas), _roof(canvas)
        canvas.fade(x, 226, width - 6, 284, light(wall, 0.1), dark(wall, 0.08))
        canvas.shape([(x - 8, 230), (x + width / 2 - 3, 130), (x + width + 2, 230)], roof)
        canvas.disc(x + width / 2 - 3, 196, 16, _glass(canvas))
        canvas.box(x - 8, 226, width + 10, 8, dark(roof, 0.3))
        for column in range(2):
            window(canvas, x + width * (0.14 + 0.44 * column), 262, width * 0.24, 70)
        canvas.box(x + width * 0.06, 356, width * 0.86, 6, dark(wall, 0.3))
        window(canvas, x + width * 0.12, 390, width * 0.3, 66)
        door(canvas, x + width * 0.6, 388, width * 0.22, 122)
    lawn(canvas, 508)
    bushes(canvas, 520, 18, 26, _flower(canvas))
    path(canvas, canvas.lots.uniform(300, 660), 512, 110)


def paint_skyline(canvas: Canvas) -> None:
    """A city at dusk, with its lights in the water."""
    canvas.sky(440)
    towers(canvas, 440, 190, 0.6)
    towers(canvas, 450, 330, 0.2)
    canvas.box(0, 446, WIDTH, 8, dark(canvas.light.low, 0.6))
    canvas.mirror(452, HEIGHT - 452, 0.55, dark(canvas.light.high, 0.3))
    for _ in range(70):
        x, y = canvas.lots.uniform(0, WIDTH), canvas.lots.uniform(470, 640)
        canvas.line([(x, y), (x + canvas.lots.uniform(10, 60), y)], 1, light(canvas.light.low, 0.1))


def paint_rooftop(canvas: Canvas) -> None:
    """A roof terrace under strings of lights, above the city."""
    canvas.sky(430)
    towers(canvas, 440, 170, 0.55)
    towers(canvas, 460, 240, 0.25)
    deck = canvas.shaded(rgb("#8a6a4c"))
    canvas.fade(0, 456, WIDTH, HEIGHT - 456, light(deck, 0.05), dark(deck, 0.15))
    for number in range(-8, 9):
        canvas.line([(480 + number * 60, 456), (480 + number * 190, HEIGHT)], 1.6, dark(deck, 0.3))
    canvas.box(0, 420, WIDTH, 6, dark(deck, 0.5))
    for x in range(0, WIDTH, 40):
        canvas.box(x, 420, 3, 40, dark(deck, 0.5))
    fabric = canvas.lots.choice((rgb("#e9ddc9"), rgb("#4f8a8b"), rgb("#d9825b"), rgb("#b9c4a2")))
    for x in (90, 600):
        cushion = canvas.shaded(fabric)
        canvas.rounded(x, 494, 270, 64, 14, dark(cushion, 0.15))
        canvas.rounded(x, 526, 270, 54, 12, cushion)
        for seat in range(3):
            colour = canvas.shaded(canvas.lots.choice(FLOWERS))
            canvas.rounded(x + 20 + seat * 84, 498, 54, 42, 10, colour)
    canvas.oval(480, 590, 92, 26, light(deck, 0.35))
    for candle in (-30, 10, 40):
        canvas.glow(480 + candle, 574, 34, _LAMP, 0.9)
        canvas.box(480 + candle - 3, 570, 6, 16, rgb("#fff3cf"))
    for x in (36, 920):
        canvas.rounded(x - 26, 520, 52, 66, 8, canvas.shaded(rgb("#b5714f")))
        for leaf in range(7):
            canvas.line(
                [(x, 524), (x + (leaf - 3) * 17, 420 + abs(leaf - 3) * 16)],
                7,
                canvas.shaded(green(canvas)),
            )
    strings_of_lights(canvas, 60, 60)


def paint_swahili_house(canvas: Canvas) -> None:
    """A house of coral stone with a carved door, in a lane."""
    canvas.sky(300)
    plaster = canvas.shaded(
        canvas.lots.choice((rgb("#f4ead8"), rgb("#efdcb9"), rgb("#e8cfae"), rgb("#dfe8e4")))
    )
    wood = canvas.shaded(canvas.lots.choice((rgb("#6b3f22"), rgb("#54321f"), rgb("#2f6a62"))))
    canvas.fade(120, 70, 720, 500, light(plaster, 0.08), dark(plaster, 0.1))
    canvas.grain(120, 70, 720, 500, 0.5)
    for number in range(13):
        canvas.shape(
            [(120 + number * 56, 72), (148 + number * 56, 36), (176 + number * 56, 72)], plaster
        )
    for side in ((0, 120, 0.3), (840, 120, 0.38)):
        canvas.fade(
            side[0], 0, side[1], HEIGHT, dark(plaster, side[2]), dark(plaster, side[2] + 0.15)
        )
    canvas.box(200, 268, 560, 12, wood)
    canvas.box(200, 180, 560, 8, wood)
    for bar in range(38):
        canvas.box(203 + bar * 15, 186, 5, 84, light(wood, 0.12 * (bar % 2)))
    for post in range(5):
        canvas.box(200 + post * 138, 120, 9, 160, dark(wood, 0.1))
    canvas.shape([(182, 126), (778, 126), (760, 104), (200, 104)], dark(wood, 0.25))
    for left in (176, 690):
        canvas.rounded(left, 350, 92, 130, 46, dark(plaster, 0.35))
        canvas.rounded(left + 10, 362, 72, 114, 36, _glass(canvas))
        for bar in range(5):
            canvas.box(left + 14 + bar * 15, 364, 3, 112, wood)
        canvas.box(left + 10, 410, 72, 3, wood)
    canvas.rounded(396, 300, 168, 280, 12, light(wood, 0.25))
    canvas.rounded(412, 318, 136, 262, 6, wood)
    canvas.box(477, 318, 6, 262, dark(wood, 0.35))
    for row in range(6):
        for column in (436, 458, 502, 524):
            canvas.disc(column, 344 + row * 38, 5, rgb("#d9b45a"))
    for petal in range(9):
        canvas.disc(416 + petal * 16, 309, 5, dark(wood, 0.15))
    street = canvas.shaded(rgb("#c9b394"))
    canvas.fade(0, 570, WIDTH, 70, light(street, 0.1), dark(street, 0.2))
    canvas.box(380, 562, 200, 12, light(plaster, 0.1))
    for x in (330, 610):
        canvas.rounded(x, 524, 46, 48, 8, canvas.shaded(rgb("#b5603c")))
        for leaf in range(5):
            canvas.oval(x + 8 + leaf * 8, 510 - leaf % 2 * 12, 12, 20, canvas.shaded(green(canvas)))
        canvas.disc(x + 20, 496, 6, canvas.shaded(_flower(canvas)))


def paint_lodge(canvas: Canvas) -> None:
    """Thatched roofs on a slope above the plain."""
    canvas.sky(380)
    for number in range(3):
        canvas.ridge(
            320 + number * 30,
            40,
            canvas.far(rgb("#5f7a6a"), 0.7 - number * 0.2),
            waves=1.5 + number,
        )
    slope = canvas.shaded(rgb("#a89a4e"))
    canvas.ridge(460, 26, slope, waves=1.2)
    acacia(canvas, canvas.lots.uniform(640, 900), 500, canvas.lots.uniform(220, 300))
    for x, size in (
        (canvas.lots.uniform(120, 200), 190),
        (canvas.lots.uniform(360, 430), 250),
        (canvas.lots.uniform(620, 700), 170),
    ):
        round_hut(canvas, x, 470 + size * 0.3, size)
    for _ in range(220):
        x, y = canvas.lots.uniform(0, WIDTH), canvas.lots.uniform(560, 650)
        shade = mix(dark(slope, 0.3), light(slope, 0.2), canvas.lots.random())
        canvas.line(
            [(x, y), (x + canvas.lots.uniform(-6, 6), y - canvas.lots.uniform(12, 36))], 1.5, shade
        )


def paint_tents(canvas: Canvas) -> None:
    """Safari tents under trees, and a fire."""
    canvas.sky(400)
    canvas.ridge(380, 30, canvas.far(rgb("#6a7a7a"), 0.5), waves=2)
    ground = canvas.shaded(rgb("#b89a5e"))
    canvas.fade(
        0, 396, WIDTH, HEIGHT - 396, mix(ground, canvas.light.haze, 0.3), dark(ground, 0.15)
    )
    acacia(canvas, canvas.lots.uniform(100, 240), 470, 330)
    acacia(canvas, canvas.lots.uniform(700, 880), 450, 260)
    cloth = canvas.shaded(
        canvas.lots.choice((rgb("#d9c7a0"), rgb("#c2b58a"), rgb("#e3d6b8"), rgb("#9aa382")))
    )
    for x, foot, size in (
        (canvas.lots.uniform(620, 700), 480, 170),
        (canvas.lots.uniform(300, 380), 540, 280),
    ):
        canvas.box(x - size * 0.62, foot - 8, size * 1.24, 14, canvas.shaded(rgb("#7a5a3e")))
        canvas.shape(
            [
                (x - size * 0.55, foot - 8),
                (x - size * 0.4, foot - size * 0.5),
                (x + size * 0.4, foot - size * 0.5),
                (x + size * 0.55, foot - 8),
            ],
            light(cloth, 0.1),
        )
        canvas.shape(
            [
                (x - size * 0.66, foot - size * 0.4),
                (x, foot - size * 0.92),
                (x + size * 0.66, foot - size * 0.4),
            ],
            dark(cloth, 0.12),
        )
        canvas.shape(
            [(x - size * 0.2, foot - 8), (x, foot - size * 0.56), (x + size * 0.2, foot - 8)],
            dark(cloth, 0.65),
        )
        canvas.glow(x, foot - size * 0.14, size * 0.3, _LAMP, 0.75)
        for side in (-1, 1):
            canvas.line(
                [(x + side * size * 0.66, foot - size * 0.4), (x + side * size * 0.85, foot)],
                1.6,
                dark(cloth, 0.4),
            )
    x = canvas.lots.uniform(640, 760)
    canvas.glow(x, 576, 110, rgb("#ff9a3c"), 0.8)
    for turn in (-26, -8, 12, 28):
        canvas.line([(x + turn, 606), (x - turn * 0.6, 586)], 8, rgb("#4a3326"))
    canvas.shape(
        [(x - 22, 596), (x - 6, 540), (x + 2, 570), (x + 12, 548), (x + 22, 596)], rgb("#ff8a2a")
    )
    canvas.shape([(x - 10, 596), (x, 562), (x + 11, 596)], rgb("#ffd34d"))


def paint_treehouse(canvas: Canvas) -> None:
    """A cabin high in a tree, with a ladder."""
    canvas.sky(460)
    for number in range(3):
        canvas.ridge(
            380 + number * 50, 40, canvas.far(green(canvas), 0.6 - number * 0.22), waves=2 + number
        )
    for _ in range(9):
        tree(
            canvas,
            canvas.lots.uniform(0, WIDTH),
            canvas.lots.uniform(540, 640),
            canvas.lots.uniform(180, 300),
        )
    bark, plank = (
        canvas.shaded(rgb("#5d4331")),
        canvas.shaded(canvas.lots.choice((rgb("#a87b4f"), rgb("#8f6a4a"), rgb("#b58a5a")))),
    )
    x = canvas.lots.uniform(420, 540)
    canvas.shape([(x - 56, HEIGHT), (x - 30, 380), (x + 30, 380), (x + 64, HEIGHT)], bark)
    for side in (-1, 1):
        canvas.line([(x, 480), (x + side * 150, 396)], 16, bark)
    leaf = canvas.shaded(green(canvas))
    for _ in range(40):
        canvas.disc(
            x + canvas.lots.uniform(-240, 240),
            canvas.lots.uniform(40, 220),
            canvas.lots.uniform(30, 62),
            mix(dark(leaf, 0.25), light(leaf, 0.12), canvas.lots.random()),
        )
    canvas.box(x - 190, 386, 380, 16, dark(plank, 0.25))
    canvas.box(x - 130, 250, 260, 138, plank)
    for board in range(9):
        canvas.box(x - 130, 252 + board * 16, 260, 2, dark(plank, 0.25))
    canvas.shape([(x - 170, 256), (x, 166), (x + 170, 256)], canvas.shaded(_THATCH))
    canvas.shape(
        [(x - 170, 256), (x, 166), (x, 182), (x - 150, 262)], light(canvas.shaded(_THATCH), 0.15)
    )
    window(canvas, x - 96, 288, 56, 50)
    door(canvas, x + 20, 290, 56, 98)
    for post in range(12):
        canvas.box(x - 190 + post * 34, 350, 5, 40, dark(plank, 0.1))
    canvas.box(x - 190, 346, 380, 6, dark(plank, 0.1))
    for rail in (-170, -136):
        canvas.line([(x + rail, 400), (x + rail - 30, HEIGHT)], 5, plank)
    for rung in range(12):
        canvas.line(
            [(x - 171 - rung * 2.6, 412 + rung * 20), (x - 137 - rung * 2.6, 412 + rung * 20)],
            4,
            plank,
        )


def paint_beach_banda(canvas: Canvas) -> None:
    """A thatched hut on the beach."""
    canvas.sky(300)
    beach(canvas, 300, 430)
    x = canvas.lots.uniform(280, 640)
    palm(canvas, x - 210, 560, 400, 0.12)
    palm(canvas, x + 240, 540, 340, -0.14)
    round_hut(canvas, x, 560, canvas.lots.uniform(270, 320))
    cloth = canvas.shaded(_flower(canvas))
    canvas.arc(x + 236, 440, 70, 50, (20, 160), 10, cloth)
    for _ in range(30):
        left, y = canvas.lots.uniform(0, WIDTH), canvas.lots.uniform(590, 640)
        canvas.disc(left, y, 2, canvas.shaded(rgb("#d8bf90")))


def paint_lake_bandas(canvas: Canvas) -> None:
    """Round houses on poles along a lake shore."""
    canvas.sky(330)
    for number in range(4):
        canvas.ridge(
            250 + number * 30,
            50 - number * 8,
            canvas.far(green(canvas), 0.7 - number * 0.18),
            waves=2 + number,
            foot=340,
        )
    canvas.mirror(338, HEIGHT - 338, 0.5, canvas.shaded(rgb("#35708a")))
    wood = canvas.shaded(rgb("#6b4d35"))
    for number, size in enumerate((150, 200, 260)):
        x, foot = 150 + number * 270 + canvas.lots.uniform(-20, 20), 410 + number * 54
        for post in (-0.4, -0.14, 0.14, 0.4):
            canvas.box(x + post * size, foot, 8, 46 + number * 8, wood)
        canvas.box(x - size * 0.55, foot - 6, size * 1.1, 14, wood)
        round_hut(canvas, x, foot, size)
    for _ in range(50):
        x, y = canvas.lots.uniform(0, WIDTH), canvas.lots.uniform(520, 640)
        canvas.line(
            [(x, y), (x + canvas.lots.uniform(10, 70), y)], 1.2, light(canvas.light.low, 0.2)
        )


def paint_shop(canvas: Canvas) -> None:
    """A shop with two display windows and an awning."""
    canvas.sky(556)
    towers(canvas, 556, 300, 0.5)
    wall, trim = _wall(canvas), _roof(canvas)
    canvas.fade(60, 90, 840, 460, light(wall, 0.08), dark(wall, 0.08))
    canvas.box(40, 76, 880, 20, trim)
    for number in range(4):
        window(canvas, 140 + number * 196, 126, 90, 74)
    canvas.rounded(250, 228, 460, 54, 8, dark(trim, 0.2))
    for number in range(13):
        canvas.rounded(286 + number * 30, 246, 16 + number % 3 * 4, 18, 4, light(trim, 0.75))
    stripe = canvas.shaded(_flower(canvas))
    for number in range(22):
        left = 90 + number * 35.5
        colour = stripe if number % 2 else light(canvas.shaded(WHITE), 0.3)
        canvas.shape([(left, 298), (left + 35.5, 298), (left + 37, 350), (left - 1.5, 350)], colour)
        canvas.disc(left + 17.5, 350, 18, colour)
    for left in (110, 596):
        canvas.fade(left, 368, 256, 160, mix(_LAMP, WHITE, 0.3), mix(_LAMP, wall, 0.4))
        for shelf in range(2):
            canvas.box(left, 440 + shelf * 80, 256, 6, dark(wall, 0.45))
            for item in range(7):
                height = canvas.lots.uniform(22, 52)
                colour = canvas.lots.choice((*FLOWERS, *ROOFS))
                canvas.rounded(
                    left + 14 + item * 34,
                    440 + shelf * 80 - height,
                    24,
                    height,
                    5,
                    canvas.shaded(colour),
                )
        canvas.line([(left + 20, 520), (left + 110, 374)], 6, light(_LAMP, 0.5))
    door(canvas, 420, 372, 120, 178)
    street = canvas.shaded(rgb("#9a948c"))
    canvas.fade(0, 550, WIDTH, 90, light(street, 0.25), dark(street, 0.15))


def paint_warehouse(canvas: Canvas) -> None:
    """A hall with loading doors, and a lorry."""
    canvas.sky(430)
    canvas.ridge(410, 18, canvas.far(green(canvas), 0.5), waves=3)
    sheet = canvas.shaded(
        canvas.lots.choice((rgb("#b9c4cc"), rgb("#c9b79a"), rgb("#9fb3a8"), rgb("#a9b8d0")))
    )
    roof = dark(sheet, 0.3)
    canvas.fade(80, 230, 800, 280, light(sheet, 0.1), dark(sheet, 0.1))
    for number in range(80):
        canvas.box(80 + number * 10, 232, 2, 278, dark(sheet, 0.1))
    canvas.shape([(56, 238), (480, 138), (904, 238)], roof)
    canvas.line([(56, 238), (480, 138), (904, 238)], 6, dark(roof, 0.3))
    shutter = canvas.shaded(
        canvas.lots.choice((rgb("#c0563a"), rgb("#3a6a9a"), rgb("#d9a03c"), rgb("#4a7a5a")))
    )
    for number in range(3):
        left = 140 + number * 246
        canvas.box(left - 8, 316, 196, 194, dark(sheet, 0.4))
        canvas.box(left, 324, 180, 186, shutter)
        for slat in range(10):
            canvas.box(left, 330 + slat * 18, 180, 3, dark(shutter, 0.2))
    yard = canvas.shaded(rgb("#a8a29a"))
    canvas.fade(0, 508, WIDTH, 132, light(yard, 0.1), dark(yard, 0.15))
    x, cab = canvas.lots.uniform(120, 480), canvas.shaded(_flower(canvas))
    canvas.rounded(x, 420, 230, 140, 6, light(canvas.shaded(rgb("#f0ece4")), 0.2))
    canvas.rounded(x + 236, 462, 96, 98, 12, cab)
    canvas.rounded(x + 268, 474, 56, 40, 8, _glass(canvas))
    canvas.box(x, 556, 334, 10, rgb("#30343a"))
    for wheel in (46, 104, 284):
        canvas.disc(x + wheel, 570, 24, rgb("#20242a"))
        canvas.disc(x + wheel, 570, 10, rgb("#9aa0a6"))


def paint_wedding(canvas: Canvas) -> None:
    """Rows of chairs on a lawn, before an arch of flowers."""
    canvas.sky(350)
    water(canvas, 320, 400, rgb("#3d8fa8"))
    canvas.ridge(322, 16, canvas.far(green(canvas), 0.6), waves=3, foot=326)
    lawn(canvas, 380)
    for _ in range(4):
        tree(
            canvas,
            canvas.lots.choice((canvas.lots.uniform(0, 190), canvas.lots.uniform(770, 960))),
            420,
            canvas.lots.uniform(160, 260),
        )
    canvas.shape(
        [(440, 400), (520, 400), (640, HEIGHT), (320, HEIGHT)],
        mix(canvas.shaded(rgb("#f6e3e0")), WHITE, 0.3),
    )
    canvas.arc(480, 360, 110, 130, (180, 360), 12, canvas.shaded(rgb("#f3ead8")))
    for side in (370, 590):
        canvas.box(side - 6, 356, 12, 70, canvas.shaded(rgb("#f3ead8")))
    palette = canvas.lots.sample(FLOWERS, 3)
    for number in range(60):
        from_left = number / 59
        x = 370 + 220 * from_left
        y = 360 - 130 * (1 - ((x - 480) / 110) ** 2) ** 0.5
        canvas.disc(
            x + canvas.lots.uniform(-12, 12),
            y + canvas.lots.uniform(-12, 12),
            canvas.lots.uniform(6, 12),
            canvas.shaded(palette[number % 3]),
        )
    for row in range(4):
        share = row / 3
        y, size = 450 + 120 * share, 20 + 20 * share
        for side in (-1, 1):
            for seat in range(4):
                x = 480 + side * (90 + 60 * share + seat * size * 1.9)
                chair = light(canvas.shaded(rgb("#f2efe8")), 0.4)
                canvas.rounded(x - size * 0.6, y - size * 1.3, size * 1.2, size * 1.3, 6, chair)
                canvas.box(x - size * 0.6, y, size * 1.2, size * 0.3, dark(chair, 0.12))
                for leg in (-0.55, 0.4):
                    canvas.box(x + leg * size, y, size * 0.14, size * 0.8, dark(chair, 0.2))
    strings_of_lights(canvas, 90, 60)


PAINTERS = {
    "apartments": (paint_apartments, "The building from the street"),
    "beach-banda": (paint_beach_banda, "A thatched house on the beach"),
    "cottage": (paint_cottage, "The cottage in the hills"),
    "garden": (paint_garden, "The garden"),
    "house": (paint_house, "The house from the garden"),
    "lake-bandas": (paint_lake_bandas, "Round houses over the water"),
    "lodge": (paint_lodge, "The lodge above the plain"),
    "modern-villa": (paint_modern_villa, "The villa and its pool"),
    "pool": (paint_pool, "The pool"),
    "rooftop": (paint_rooftop, "The roof terrace in the evening"),
    "shop": (paint_shop, "The shop from the street"),
    "skyline": (paint_skyline, "The city from the window"),
    "swahili-house": (paint_swahili_house, "The carved door"),
    "tents": (paint_tents, "The camp in the evening"),
    "townhouses": (paint_townhouses, "The houses from the street"),
    "treehouse": (paint_treehouse, "The house in the tree"),
    "villa": (paint_villa, "The villa and its pool"),
    "warehouse": (paint_warehouse, "The hall and its yard"),
    "wedding": (paint_wedding, "The lawn set for a wedding"),
}

"""What lies outdoors: sea, lakes, hills and savanna, and what grows there."""

from math import cos, pi, sin

from app.demo.painting import HEIGHT, WHITE, WIDTH, Canvas, Colour, dark, light, mix, rgb

GREENS = tuple(map(rgb, ("#3f7d45", "#5b8f3f", "#2f6b4f", "#6d9a4a", "#4c8054")))
SEAS = tuple(map(rgb, ("#1f8fb0", "#2aa5a8", "#1b7aa6", "#35b0b5")))
_TRUNK, _SAND = rgb("#5d4331"), rgb("#f0dcb4")


def green(canvas: Canvas) -> Colour:
    return canvas.lots.choice(GREENS)


# ── what grows ──────────────────────────────────────────────────────────────────────────────


def palm(canvas: Canvas, x: float, foot: float, height: float, lean: float = 0.15) -> None:
    """Paint a coconut palm that leans to the right by a share of its height."""
    bark, leaf = canvas.shaded(rgb("#6b5138")), canvas.shaded(rgb("#2f7a4a"))
    top_x, top_y = x + lean * height, foot - height
    stem = [
        (x + lean * height * (step / 10) ** 1.8, foot - height * step / 10) for step in range(11)
    ]
    canvas.line(stem, height * 0.035, bark)
    for number in range(9):
        angle = pi * (0.02 + number / 8 * 0.96) + canvas.lots.uniform(-0.12, 0.12)
        length = height * canvas.lots.uniform(0.36, 0.46)
        tip_x, tip_y = top_x + cos(angle) * length, top_y - sin(angle) * length * 0.55
        drop = length * 0.42
        middle_x, middle_y = (top_x + tip_x) / 2, (top_y + tip_y) / 2 - length * 0.14
        tip = (tip_x, tip_y + drop)
        shade = light(leaf, 0.14) if number % 2 else dark(leaf, 0.12)
        thick = length * 0.13
        canvas.shape(
            [
                (top_x, top_y),
                (middle_x, middle_y - thick * 0.5),
                tip,
                (middle_x, middle_y + thick),
            ],
            shade,
        )
    for side in (-1, 0, 1):
        canvas.disc(top_x + side * height * 0.028, top_y + height * 0.03, height * 0.022, bark)


def acacia(canvas: Canvas, x: float, foot: float, height: float) -> None:
    """Paint an umbrella thorn."""
    bark, leaf = canvas.shaded(_TRUNK), canvas.shaded(rgb("#5c7a3a"))
    canvas.line([(x, foot), (x + height * 0.04, foot - height * 0.55)], height * 0.05, bark)
    for side in (-0.45, -0.2, 0.25, 0.5):
        fork = (x + height * 0.03, foot - height * 0.45)
        canvas.line([fork, (x + side * height, foot - height * 0.85)], height * 0.025, bark)
    for number in range(9):
        across = (number - 4) / 4 * height * 0.72
        down = foot - height * (0.9 - 0.05 * abs(number - 4) / 4)
        shade = light(leaf, 0.08 * (number % 3))
        canvas.oval(x + across, down, height * 0.26, height * 0.085, shade)


def tree(canvas: Canvas, x: float, foot: float, height: float, leaf: Colour | None = None) -> None:
    """Paint a tree with a round crown."""
    bark, leaf = canvas.shaded(_TRUNK), canvas.shaded(leaf or green(canvas))
    canvas.line([(x, foot), (x, foot - height * 0.5)], height * 0.07, bark)
    # The larger it is, the more of its leaves are to be seen.
    puffs = 10 + round(height / 8)
    size = (0.13, 0.2) if puffs < 40 else (0.06, 0.12)
    canvas.oval(x, foot - height * 0.68, height * 0.27, height * 0.22, dark(leaf, 0.18))
    for number in range(puffs):
        angle, away = canvas.lots.uniform(0, 2 * pi), canvas.lots.uniform(0, 0.25) * height
        brightness = number / puffs * 0.7 + canvas.lots.random() * 0.3
        canvas.disc(
            x + cos(angle) * away,
            foot - height * 0.68 + sin(angle) * away * 0.8,
            height * canvas.lots.uniform(*size),
            mix(dark(leaf, 0.2), light(leaf, 0.18), brightness),
        )


def bushes(canvas: Canvas, foot: float, height: float, number: int, flower: Colour) -> None:
    """Paint a hedge along a line, with flowers in it."""
    leaf = canvas.shaded(green(canvas))
    for _ in range(number):
        x = canvas.lots.uniform(-20, WIDTH + 20)
        radius = height * canvas.lots.uniform(0.5, 1)
        canvas.oval(x, foot, radius * 1.3, radius, dark(leaf, canvas.lots.uniform(0, 0.25)))
        for _ in range(3):
            canvas.disc(
                x + canvas.lots.uniform(-1, 1) * radius,
                foot - canvas.lots.uniform(0, 0.8) * radius,
                height * 0.07,
                canvas.shaded(flower),
            )


def lawn(canvas: Canvas, top: float) -> None:
    """Paint grass from a line down, lighter in front."""
    leaf = canvas.shaded(green(canvas))
    canvas.fade(0, top, WIDTH, HEIGHT - top, mix(leaf, canvas.light.haze, 0.25), leaf)
    for _ in range(160):
        x, y = canvas.lots.uniform(0, WIDTH), canvas.lots.uniform(top + 8, HEIGHT)
        size = 3 + (y - top) / (HEIGHT - top) * 9
        shade = mix(dark(leaf, 0.18), light(leaf, 0.16), canvas.lots.random())
        canvas.line([(x, y), (x + canvas.lots.uniform(-3, 3), y - size)], 1.4, shade)


# ── water ───────────────────────────────────────────────────────────────────────────────────


def water(canvas: Canvas, top: float, bottom: float, colour: Colour) -> None:
    """Paint open water between two lines, with the light on it."""
    near = canvas.shaded(colour)
    canvas.fade(0, top, WIDTH, bottom - top, mix(near, canvas.light.low, 0.55), near)
    for _ in range(90):
        share = canvas.lots.random() ** 0.7
        y = top + (bottom - top) * share
        length = 8 + 70 * share * canvas.lots.random()
        x = canvas.lots.uniform(-40, WIDTH)
        canvas.line([(x, y), (x + length, y)], 0.6 + 1.6 * share, light(near, 0.22))


def dhow(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Paint a dhow under sail."""
    hull = canvas.shaded(rgb("#4b3526"))
    sail = canvas.shaded(canvas.lots.choice((rgb("#fbf4e4"), rgb("#f2dcc0"), rgb("#e9c9a2"))))
    ends = ((x - size * 0.5, y), (x + size * 0.55, y - size * 0.06))
    canvas.shape(
        [*ends, (x + size * 0.36, y + size * 0.14), (x - size * 0.34, y + size * 0.14)], hull
    )
    canvas.line([(x, y), (x + size * 0.05, y - size * 0.62)], 2, hull)
    canvas.shape(
        [
            (x - size * 0.3, y - size * 0.08),
            (x + size * 0.34, y - size * 0.95),
            (x + size * 0.44, y - size * 0.1),
        ],
        sail,
    )


def beach(canvas: Canvas, horizon: float, shore: float) -> None:
    """Paint sea and sand below the horizon."""
    water(canvas, horizon, shore + 40, canvas.lots.choice(SEAS))
    for number in range(canvas.lots.randint(1, 3)):
        where = canvas.lots.uniform(0.1, 0.9) * WIDTH
        dhow(canvas, where, horizon + 14 + number * 16, canvas.lots.uniform(36, 80))
    sand = canvas.shaded(_SAND)
    swing = canvas.lots.uniform(0, pi)
    edge = [(x, shore + 16 * sin(x / 150 + swing)) for x in range(0, WIDTH + 20, 20)]
    for shift, colour in ((-10, WHITE), (-4, light(sand, 0.5)), (2, dark(sand, 0.12)), (20, sand)):
        lowered = [(x, y + shift) for x, y in edge]
        shown = mix(colour, canvas.light.low, 0.15)
        canvas.shape([(0, HEIGHT), *lowered, (WIDTH, HEIGHT)], shown)
    canvas.grain(0, shore + 30, WIDTH, HEIGHT - shore - 30, 0.35)


# ── whole places ────────────────────────────────────────────────────────────────────────────


def paint_palm_beach(canvas: Canvas) -> None:
    """Palms, sand and the sea."""
    canvas.sky(300)
    beach(canvas, 300, canvas.lots.uniform(430, 480))
    side = canvas.lots.choice((1, -1))
    for _ in range(canvas.lots.randint(2, 4)):
        x = canvas.lots.uniform(40, 330)
        height = canvas.lots.uniform(280, 440)
        palm(
            canvas, x if side > 0 else WIDTH - x, canvas.lots.uniform(520, 610), height, 0.22 * side
        )


def paint_sea_view(canvas: Canvas) -> None:
    """A balcony's rail, and dhows on the sea behind it."""
    canvas.sky(330)
    water(canvas, 330, 600, canvas.lots.choice(SEAS))
    canvas.ridge(330, 10, canvas.far(rgb("#3b6b62"), 0.55), waves=3, foot=334)
    for number in range(canvas.lots.randint(3, 5)):
        dhow(canvas, canvas.lots.uniform(60, 900), 350 + number * 30, 50 + number * 24)
    stone = canvas.shaded(canvas.lots.choice((rgb("#f3ece0"), rgb("#e8dfd2"), rgb("#dfe6e6"))))
    canvas.fade(0, 590, WIDTH, 50, stone, dark(stone, 0.15))
    canvas.box(0, 490, WIDTH, 14, stone)
    for x in range(10, WIDTH, 44):
        canvas.rounded(x, 500, 14, 94, 6, dark(stone, 0.06))
    palm(canvas, canvas.lots.choice((70, 870)), 660, 420, canvas.lots.choice((0.1, -0.1)))


def paint_lake(canvas: Canvas) -> None:
    """A jetty, and hills beyond the lake."""
    horizon = canvas.lots.uniform(310, 350)
    canvas.sky(horizon)
    for number in range(3):
        hill = canvas.far(green(canvas), 0.72 - number * 0.22)
        canvas.ridge(
            horizon - 70 + number * 28, 46 - number * 10, hill, waves=2 + number, foot=horizon
        )
    tint = canvas.shaded(rgb("#3d7f9a"))
    canvas.mirror(horizon, HEIGHT - horizon, 0.5, tint)
    for _ in range(60):
        y = horizon + (HEIGHT - horizon) * canvas.lots.random()
        x = canvas.lots.uniform(0, WIDTH)
        canvas.line([(x, y), (x + canvas.lots.uniform(10, 90), y)], 1.2, light(tint, 0.3))
    wood = canvas.shaded(rgb("#7a5a3e"))
    foot = canvas.lots.uniform(240, 640)
    tip = foot + canvas.lots.uniform(-90, 90)
    canvas.shape(
        [(foot - 110, HEIGHT), (tip - 22, 430), (tip + 22, 430), (foot + 110, HEIGHT)], wood
    )
    for step in range(14):
        share = (step / 14) ** 1.7
        y = 430 + (HEIGHT - 430) * share
        half = 22 + 88 * share
        middle = tip + (foot - tip) * share
        canvas.line([(middle - half, y), (middle + half, y)], 1 + 2 * share, dark(wood, 0.3))
    canoe = canvas.shaded(canvas.lots.choice((rgb("#b5523b"), rgb("#d9a441"), rgb("#3c5a86"))))
    x, y = (tip + 190 if tip < 480 else tip - 190), 480
    canvas.shape([(x - 90, y), (x + 90, y), (x + 62, y + 24), (x - 62, y + 24)], canoe)
    canvas.line([(x - 90, y), (x + 90, y)], 4, light(canoe, 0.3))


def paint_hills(canvas: Canvas) -> None:
    """Hills behind hills, with terraces in front."""
    canvas.sky(400)
    for number in range(5):
        hill = canvas.far(green(canvas), 0.8 - number * 0.18)
        canvas.ridge(260 + number * 58, 60 - number * 4, hill, waves=1.6 + number * 0.5)
    for _ in range(16):
        tree(
            canvas,
            canvas.lots.uniform(0, WIDTH),
            canvas.lots.uniform(540, 650),
            canvas.lots.uniform(50, 110),
        )


def paint_kilimanjaro(canvas: Canvas) -> None:
    """The mountain with its snow, above banana leaves."""
    canvas.sky(430)
    rock = canvas.far(rgb("#5a6a8c"), 0.35)
    middle = canvas.lots.uniform(380, 580)
    flank = [(middle - 520, 440), (middle - 250, 300), (middle - 110, 190), (middle + 110, 186)]
    canvas.shape([*flank, (middle + 270, 300), (middle + 540, 440)], rock)
    snow = [(middle - 110, 190), (middle + 110, 186), (middle + 172, 232), (middle + 120, 224)]
    dips = [(middle + 80, 256), (middle + 34, 226), (middle - 10, 262), (middle - 62, 226)]
    canvas.shape(
        [*snow, *dips, (middle - 112, 250), (middle - 160, 232)], mix(WHITE, canvas.light.low, 0.12)
    )
    canvas.veil(0, 350, WIDTH, 60, canvas.light.haze, 0.25)
    for number in range(3):
        hill = canvas.far(green(canvas), 0.5 - number * 0.2)
        canvas.ridge(430 + number * 50, 22, hill, waves=2 + number)
    leaf = canvas.shaded(rgb("#4f9a4a"))
    for _ in range(22):
        x, y = canvas.lots.uniform(-20, WIDTH + 20), canvas.lots.uniform(580, 660)
        turn = canvas.lots.uniform(-0.8, 0.8)
        length = canvas.lots.uniform(90, 170)
        tip = (x + sin(turn) * length, y - cos(turn) * length)
        side = (cos(turn) * length * 0.13, sin(turn) * length * 0.13)
        half = ((x + tip[0]) / 2, (y + tip[1]) / 2)
        shade = mix(dark(leaf, 0.25), light(leaf, 0.12), canvas.lots.random())
        canvas.shape(
            [
                (x, y),
                (half[0] - side[0], half[1] - side[1]),
                tip,
                (half[0] + side[0], half[1] + side[1]),
            ],
            shade,
        )
        canvas.line([(x, y), tip], 1.5, light(shade, 0.3))


def paint_savanna(canvas: Canvas) -> None:
    """Acacias in high grass, and elephants far away."""
    canvas.sky(420)
    for number in range(2):
        canvas.ridge(
            400 + number * 14, 26, canvas.far(rgb("#6a7a8a"), 0.7 - number * 0.25), waves=2
        )
    grass = canvas.shaded(canvas.lots.choice((rgb("#c9a655"), rgb("#b8a04e"), rgb("#a9a552"))))
    canvas.fade(0, 418, WIDTH, HEIGHT - 418, mix(grass, canvas.light.haze, 0.4), dark(grass, 0.1))
    grey = canvas.shaded(rgb("#6a5e58"))
    herd = canvas.lots.uniform(150, 650)
    for number in range(canvas.lots.randint(2, 4)):
        elephant(
            canvas, herd + number * 74, 452 + number % 2 * 8, canvas.lots.uniform(30, 52), grey
        )
    for distance in (0.3, 0.5, 1.0):
        for _ in range(2):
            acacia(
                canvas,
                canvas.lots.uniform(30, 930),
                420 + 130 * distance,
                70 + 200 * distance * canvas.lots.uniform(0.7, 1),
            )
    for _ in range(420):
        x, y = canvas.lots.uniform(0, WIDTH), canvas.lots.uniform(500, 660)
        shade = mix(dark(grass, 0.25), light(grass, 0.25), canvas.lots.random())
        canvas.line(
            [(x, y), (x + canvas.lots.uniform(-8, 8), y - canvas.lots.uniform(14, 44))], 1.5, shade
        )


def elephant(canvas: Canvas, x: float, foot: float, size: float, colour: Colour) -> None:
    """Paint an elephant from the side."""
    canvas.oval(x, foot - size * 0.62, size * 0.5, size * 0.34, colour)
    canvas.disc(x + size * 0.52, foot - size * 0.72, size * 0.22, colour)
    canvas.oval(x + size * 0.42, foot - size * 0.72, size * 0.13, size * 0.2, dark(colour, 0.15))
    canvas.line(
        [(x + size * 0.68, foot - size * 0.68), (x + size * 0.78, foot - size * 0.1)],
        size * 0.1,
        colour,
    )
    for leg in (-0.36, -0.16, 0.16, 0.36):
        canvas.box(x + leg * size - size * 0.08, foot - size * 0.4, size * 0.16, size * 0.4, colour)


def paint_land(canvas: Canvas) -> None:
    """A plot with beacons at its corners, and a murram road."""
    canvas.sky(330)
    for number in range(2):
        canvas.ridge(
            320 + number * 22,
            24,
            canvas.far(green(canvas), 0.6 - number * 0.25),
            waves=2 + number,
            foot=420,
        )
    lawn(canvas, 360)
    earth = canvas.shaded(canvas.lots.choice((rgb("#b5653f"), rgb("#a8714a"), rgb("#c08a5a"))))
    left = canvas.lots.uniform(40, 560)
    canvas.shape(
        [(left + 120, 362), (left + 150, 362), (left + 420, HEIGHT), (left + 100, HEIGHT)], earth
    )
    canvas.line([(left + 135, 370), (left + 250, HEIGHT)], 5, light(earth, 0.15))
    corners = [(150, 430), (700, 418), (860, 560), (60, 590)]
    canvas.line([*corners, corners[0]], 2, canvas.shaded(rgb("#fff3d0")))
    for x, y in corners:
        canvas.box(x - 7, y - 26, 14, 30, canvas.shaded(rgb("#ece7de")))
        canvas.box(x - 7, y - 26, 14, 8, canvas.shaded(rgb("#c0392b")))
    for _ in range(canvas.lots.randint(3, 6)):
        tree(
            canvas,
            canvas.lots.uniform(0, WIDTH),
            canvas.lots.uniform(366, 400),
            canvas.lots.uniform(50, 120),
        )


def paint_farm(canvas: Canvas) -> None:
    """Rows of a crop that run towards the hills, with a house at their end."""
    canvas.sky(310)
    for number in range(3):
        canvas.ridge(
            270 + number * 24,
            40,
            canvas.far(green(canvas), 0.7 - number * 0.2),
            waves=1.5 + number,
            foot=420,
        )
    earth = canvas.shaded(rgb("#8a5a3c"))
    canvas.fade(0, 340, WIDTH, HEIGHT - 340, mix(earth, canvas.light.haze, 0.3), earth)
    crop, centre = canvas.shaded(green(canvas)), canvas.lots.uniform(300, 660)
    for row in range(-13, 14):
        for step in range(16):
            share = ((step + 1) / 16) ** 2
            x = centre + row * (16 + 90 * share)
            y = 346 + (HEIGHT - 330) * share
            radius = 3 + 26 * share
            shade = mix(dark(crop, 0.2), light(crop, 0.15), canvas.lots.random())
            canvas.oval(x, y, radius, radius * 0.8, shade)
    wall = canvas.shaded(rgb("#efe3cd"))
    canvas.box(centre - 40, 312, 80, 34, wall)
    canvas.shape(
        [(centre - 52, 314), (centre, 286), (centre + 52, 314)], canvas.shaded(rgb("#b4472f"))
    )
    canvas.box(centre - 8, 324, 16, 22, dark(wall, 0.5))
    for side in (-1, 1):
        tree(
            canvas, centre + side * canvas.lots.uniform(90, 150), 350, canvas.lots.uniform(60, 100)
        )


PAINTERS = {
    "farm": (paint_farm, "The rows and the house"),
    "hills": (paint_hills, "The hills around"),
    "kilimanjaro": (paint_kilimanjaro, "The mountain in the morning"),
    "lake": (paint_lake, "The lake from the jetty"),
    "land": (paint_land, "The land and its beacons"),
    "palm-beach": (paint_palm_beach, "The beach"),
    "savanna": (paint_savanna, "The plain in front of the camp"),
    "sea-view": (paint_sea_view, "The sea from the balcony"),
}

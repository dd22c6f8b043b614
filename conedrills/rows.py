"""What every allowed pose of a box satisfies: linear rows, in whole numbers.

The names are those of search.md, sections 4 and 8. Lengths, sizes and tangents are whole multiples of 2^-30,
sines, cosines and the tangents of segments that turn of 2^-40; rows are kept in units of 2^-130 m² over the
denominator of the box's rotation. Nothing is ever rounded but limits, outward.
"""

from __future__ import annotations

from typing import NamedTuple

from conedrills.certificatefile import Moving
from conedrills.exact import UNIT, XY, turn_of

_FINE = 40  # sines, cosines and tangents are multiples of 2^-40


class Sector(NamedTuple):
    """Angles between two tangents of one quarter: R0 times `den`, and the limits of S and kappa (2^-40).

    `ends` are the directions of the first and the last angle, of any length.
    """

    cos: int
    sin: int
    den: int
    least: int
    most: int
    kappa: int
    ends: tuple[XY, XY]


Row = tuple[int, int, int, int, int, int]
"""The coefficients of x, y (2^-30 m), S (2^-40), sigma and upsilon (2^-30), and a constant (2^-130 m² / den).

A coefficient times its unknown, both whole, is in the unit of the constant. No class: there are very many.
"""


class Box(NamedTuple):
    """Poses with x, y, tau, s and u between two limits each; with one length u is zero."""

    x0: int
    x1: int
    y0: int
    y1: int
    t0: int
    t1: int
    s0: int
    s1: int
    u0: int = 0
    u1: int = 0


class Turning(NamedTuple):
    """A segment that turns with depth and width, against its vector q0.

    `start` is its first point; `ahead` and `aside` are alpha and m: what they are at no size (2^-90 m²), and
    what they grow by with s and with u (2^-60 m² each).
    """

    start: Moving
    along: XY
    ahead: tuple[int, int, int]
    aside: tuple[int, int, int]


def place_of(point: Moving, size: int, more: int) -> XY:
    """Where a point is at a size and with something on top, about the middle, in 2^-60 m."""
    bx, by, gx, gy, hx, hy = point
    return (bx << 30) + size * gx + more * hx, (by << 30) + size * gy + more * hy


def sector_of(t0: int, t1: int, quarter: int) -> Sector:
    """The sector of a box's tangents."""
    both = t0 + t1  # tau0 is both / 2^31
    cos, sin, den = turn_of(both, 2 * UNIT, quarter)
    sines, kappas = [], []
    for tau in (t0, t1):
        # tan(delta / 2) = (tau - tau0) / (1 + tau tau0) = a / b
        a, b = (2 * tau - both) << 30, (1 << 61) + tau * both
        square = a * a + b * b
        sines.append((2 * a * b << _FINE, square))
        kappas.append(-(-(2 * a * a << _FINE) // square))
    (low, low_over), (high, high_over) = sines
    first, last = (turn_of(tau, UNIT, quarter)[:2] for tau in (t0, t1))
    return Sector(cos, sin, den, low // low_over, -(-high // high_over), max(kappas), (first, last))


def point_row(sector: Sector, box: Box, point: Moving, normal: XY, offset: int) -> Row:
    """That normal · P >= offset (2^-60 m²) for a point of the drill."""
    cos, sin, den, least, most, kappa, _ = sector
    (bx, by, gx, gy, hx, hy), (nx, ny), size = point, normal, box.s0
    mx, my = nx * cos + ny * sin, ny * cos - nx * sin
    px, py = (bx << 30) + size * gx, (by << 30) + size * gy
    more = 0
    if hx or hy:
        px, py = px + box.u0 * hx, py + box.u0 * hy
        more = _growth(sector, mx * hx + my * hy, my * hx - mx * hy)
    out, rate, sway = mx * px + my * py, mx * gx + my * gy, my * gx - mx * gy
    constant = (out << 40) - (offset * den << 70)
    # `_growth` of both, written out: most drills have one length, and their rows must be quick
    grows = (rate << 40) + max(least * sway, most * sway)
    if out < 0:
        constant -= kappa * out
    if rate < 0:
        grows -= kappa * rate
    return nx * den << 70, ny * den << 70, my * px - mx * py, grows, more, constant


def _growth(sector: Sector, rate: int, sway: int) -> int:
    grows = (rate << 40) + max(sector.least * sway, sector.most * sway)
    return grows - sector.kappa * rate if rate < 0 else grows


def corner_row(sector: Sector, box: Box, point: Moving, along: XY, corner: XY) -> Row:
    """A corner on the left of a line from a point of the drill along a vector, which sizes hardly turn.

    Right of it is left of the line the other way: all that has w in it is odd in q.
    """
    cos, sin, den, least, most, kappa, _ = sector
    (bx, by, gx, gy, hx, hy), (qx, qy), (vx, vy) = point, along, corner
    x0, x1, y0, y1, _, _, size, _, more, _ = box
    dx, dy = cos * qx - sin * qy, sin * qx + cos * qy
    ex, ey = 2 * vx - x0 - x1, 2 * vy - y0 - y1
    rx, ry = x1 - x0, y1 - y0
    side = dx * ey - dy * ex
    ax, ay = abs(dx), abs(dy)
    relaxed = kappa * (ax * ry + ay * rx) + max(-least, most) * (ax * rx + ay * ry)
    if side < 0:
        relaxed -= kappa * side
    px, py = (bx << 30) + size * gx, (by << 30) + size * gy
    if more:
        px, py = px + more * hx, py + more * hy
    constant = (
        (dx * vy - dy * vx << 70)  # X and the share of the box's middle in cross(D, dt)
        + (relaxed << 29)
        - ((qx * py - qy * px) * den << 40)
        + ((abs(qx) + abs(qy)) * den << 84)
    )
    return dy << 70, -dx << 70, -(dx * ex + dy * ey) << 29, -(qx * gy - qy * gx) * den << 40, 0, constant


# ---------------------------------------------------------------- two lengths: search.md, section 8


def turning_of(first: Moving, second: Moving, along: XY) -> Turning:
    """How the segment between two points turns against a vector."""
    qx, qy = along
    bx, by, gx, gy, hx, hy = (two - one for one, two in zip(first, second, strict=True))
    moves = ((bx << 30, by << 30), (gx, gy), (hx, hy))
    ahead = [qx * x + qy * y for x, y in moves]
    aside = [qx * y - qy * x for x, y in moves]
    return Turning(first, along, (ahead[0], ahead[1], ahead[2]), (aside[0], aside[1], aside[2]))


def turned_row(sector: Sector, box: Box, turning: Turning, corner: XY, way: int) -> Row:
    """A corner on the left (`way` 1) or right (-1) of a segment that turns, of which alpha is positive."""
    start, (qx, qy), ahead, aside = turning
    den, first = sector.den, (box.s0, box.u0)
    forward, across = _value(ahead, first), _value(aside, first)
    # q1, to the nearest
    along = (
        way * (qx - (2 * across * qy + forward) // (2 * forward)),
        way * (qy + (2 * across * qx + forward) // (2 * forward)),
    )
    x, y, sine, _, _, constant = corner_row(sector, box, start, along, corner)
    # a segment along q needs no 2^-16 m beside it; but q1 is off by half a unit either way, and cross(q, z)
    # by that times |z_x| + |z_y|
    px, py = place_of(start, *first)
    away = abs(2 * corner[0] - box.x0 - box.x1) + abs(2 * corner[1] - box.y0 - box.y1)
    away += box.x1 - box.x0 + box.y1 - box.y0
    paid = (3 * away << 67) + (abs(px) + abs(py) << 39)
    low, high = _tangents(turning, box)
    reach = _reach(sector, box, turning, corner)
    slopes = []
    for (slow, quick), gx, gy in zip(_rates(turning, box), start[2::2], start[3::2], strict=True):
        turned = [rate * far for rate in (slow, quick) for far in reach]
        fixed, swung = qx * gy - qy * gx << _FINE, qx * gx + qy * gy
        swings = (low * swung, high * swung)
        if way > 0:
            slopes.append(-(min(turned) >> 41) - (fixed - max(swings)) * den)
        else:
            slopes.append(-(-max(turned) >> 41) + (fixed - min(swings)) * den)
    constant += (paid - (abs(along[0]) + abs(along[1]) << 84)) * den
    return x, y, sine, slopes[0], slopes[1], constant


def _value(moves: tuple[int, int, int], at: XY) -> int:
    return moves[0] + at[0] * moves[1] + at[1] * moves[2]


def _corners(box: Box) -> tuple[XY, XY, XY, XY]:
    """Of its sizes and what is on top."""
    return ((box.s0, box.u0), (box.s0, box.u1), (box.s1, box.u0), (box.s1, box.u1))


def _tangents(turning: Turning, box: Box) -> XY:
    """The limits of mu, 2^-40."""
    every = [(_value(turning.aside, at) << _FINE, _value(turning.ahead, at)) for at in _corners(box)]
    return min(m // alpha for m, alpha in every), max(-(-m // alpha) for m, alpha in every)


def _rates(turning: Turning, box: Box) -> tuple[XY, XY]:
    """The limits of what mu changes by with s and with u, 2^-40."""
    (a0, a_s, a_u), (m0, m_s, m_u) = turning.ahead, turning.aside
    alphas = [_value(turning.ahead, at) for at in _corners(box)]
    small, large = min(alphas) ** 2, max(alphas) ** 2
    bend = m_s * a_u - a_s * m_u
    by_size = [m_s * a0 - a_s * m0 + u * bend << 70 for u in (box.u0, box.u1)]
    by_more = [m_u * a0 - a_u * m0 - s * bend << 70 for s in (box.s0, box.s1)]
    return _over(by_size, small, large), _over(by_more, small, large)


def _over(ends: list[int], small: int, large: int) -> XY:
    """The limits of what lies between two numbers over what lies between two positive ones."""
    low, high = min(ends), max(ends)
    return low // (small if low < 0 else large), -(-high // (small if high > 0 else large))


def _reach(sector: Sector, box: Box, turning: Turning, corner: XY) -> XY:
    """The limits of q0 · z, 2^-101 m² / den."""
    cos, sin, den, least, most, kappa, _ = sector
    start, (qx, qy), _, _ = turning
    x0, x1, y0, y1, *_ = box
    dx, dy = cos * qx - sin * qy, sin * qx + cos * qy
    ex, ey = 2 * corner[0] - x0 - x1, 2 * corner[1] - y0 - y1
    rx, ry, ax, ay = x1 - x0, y1 - y0, abs(dx), abs(dy)
    middle, half = dx * ex + dy * ey, ax * rx + ay * ry
    swayed = kappa * (abs(middle) + half) + max(-least, most) * (abs(dx * ey - dy * ex) + ay * rx + ax * ry)
    starts = [qx * px + qy * py for px, py in (place_of(start, *at) for at in _corners(box))]
    return (
        (middle - half << _FINE) - swayed - (max(starts) * den << 11),
        (middle + half << _FINE) + swayed - (min(starts) * den << 11),
    )


def limit_row(sector: Sector, box: Box, limits: XY, which: int) -> Row:
    """That s + u is at most (`which` 0) the second of two limits, or at least (1) the first; times 1 m²."""
    one = sector.den << 100
    if which == 0:
        return 0, 0, 0, -one, -one, (limits[1] - box.s0 - box.u0) * one
    return 0, 0, 0, one, one, (box.s0 + box.u0 - limits[0]) * one

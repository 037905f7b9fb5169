"""Repeatable randomness: one generator for each purpose, and smooth noise on the line and in the plane."""

from __future__ import annotations

import math
import random

import numpy as np

Array = np.ndarray


def stream(seed: int, *purpose: object) -> random.Random:
    """A generator of its own for a purpose, so that adding a draw somewhere moves nothing elsewhere.

    A string seed goes through SHA-512 in the standard library, never through ``hash()``: two processes agree.
    """
    return random.Random(":".join(str(part) for part in (seed, *purpose)))


def plane_noise(rng: random.Random, wavelength: float, octaves: int = 5):
    """A smooth function of (x, y) arrays, about -1 to 1, whose features are ``wavelength`` metres wide."""
    waves = []
    for index in range(octaves):
        turn = math.pi * (index + rng.random()) / octaves
        length = wavelength * (0.7 + 0.6 * rng.random())
        waves.append((math.cos(turn) / length, math.sin(turn) / length, rng.random()))

    def value(x: Array, y: Array) -> Array:
        total = np.zeros(np.broadcast(x, y).shape)
        for fx, fy, phase in waves:
            total += np.sin(2 * math.pi * (fx * np.asarray(x) + fy * np.asarray(y) + phase))
        return total / math.sqrt(octaves) / 1.2

    return value


def line_noise(rng: random.Random, wavelength: float, octaves: int = 4):
    """A smooth function of a distance array in metres, about -1 to 1, with the given wavelength in metres."""
    waves = [(1 / (wavelength * (0.6 + 0.9 * rng.random())), rng.random()) for _ in range(octaves)]

    def value(distance: Array) -> Array:
        total = np.zeros(np.shape(distance))
        for frequency, phase in waves:
            total += np.sin(2 * math.pi * (frequency * np.asarray(distance) + phase))
        return total / math.sqrt(octaves) / 1.2

    return value


def spline(points: Array, step: float) -> Array:
    """Points every ``step`` metres (about) on a Catmull-Rom curve through ``points`` (n, 2), ends kept."""
    points = np.asarray(points, dtype=float)
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    pieces = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        count = max(2, int(np.hypot(*(p2 - p1)) / step))
        t = np.linspace(0, 1, count, endpoint=False)[:, None]
        pieces.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
        )
    return np.vstack([*pieces, points[-1:]])


def lengths(line: Array) -> Array:
    """Distance in metres from the first point of a polyline (n, 2) to each of its points."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def normals(line: Array) -> Array:
    """Unit vectors to the left of a polyline (n, 2), one a point."""
    tangent = np.gradient(line, axis=0)
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-9)[:, None]
    return np.column_stack([-tangent[:, 1], tangent[:, 0]])

"""A territory with as many reports as asked for, made by the database itself: what a dense town has after ten years."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LAT, LON = 45.55, -73.62
"""The middle of the town, WGS 84 degrees; its reports lie within some fifteen kilometres, mostly around forty spots."""
KINDS = 20
YEARS = 10
STREETS = [
    "bel",
    "mar",
    "lan",
    "dor",
    "vil",
    "ros",
    "gag",
    "mor",
    "tan",
    "ler",
    "sab",
    "pic",
    "nad",
    "for",
    "jol",
    "cou",
]
"""Syllables of four thousand names of streets."""
WORDS = ["gros trou devant chez nous", "la lumière ne marche plus", "fuite d'eau sur le trottoir", "arbre tombé"]

# A few kinds are most of all reports; what is older than two months has nearly always ended; one in four was released.
MAKE = """
CREATE TEMP TABLE made ON COMMIT DROP AS
WITH spots AS (
    SELECT s, %(lat)s + (random() - .5) * .16 AS lat, %(lon)s + (random() - .5) * .24 AS lon
    FROM generate_series(0, 39) AS s
), drawn AS (
    SELECT n, random() AS a, random() AS b, random() AS c, random() AS d, random() AS e, random() AS f, random() AS g,
        random() AS h, %(now)s::timestamptz - random() * %(years)s * interval '365 days' AS at
    FROM generate_series(1, %(reports)s) AS n
)
SELECT d.n, gen_random_uuid() AS id, gen_random_uuid() AS case_id, 'R' || lpad(to_hex(d.n), 8, '0') AS code, d.at,
    (%(kinds)s::uuid[])[1 + floor(d.a * d.a * cardinality(%(kinds)s::uuid[]))::int] AS kind,
    (%(districts)s::uuid[])[1 + (s.lat > %(lat)s)::int + 2 * (s.lon > %(lon)s)::int
        + 4 * (s.lat + s.lon > %(lat)s + %(lon)s)::int] AS district,
    s.lat + (d.c + d.d + d.e - 1.5) * .02 AS lat, s.lon + (d.e + d.f + d.g - 1.5) * .03 AS lon,
    CASE WHEN d.h < .03 OR d.at > %(now)s::timestamptz - interval '60 days' AND d.h < .6
         THEN (ARRAY['reported', 'accepted', 'planned'])[1 + d.n %% 3]
         WHEN d.h < .93 THEN 'resolved' ELSE 'declined' END AS status,
    (1 + d.n %% 900) || ', rue ' || (%(streets)s::text[])[1 + (d.n * 7919::bigint %% 16)::int]
        || (%(streets)s::text[])[1 + floor(d.c * 16)::int]
        || (%(streets)s::text[])[1 + floor(d.d * 16)::int] AS address,
    (%(words)s::text[])[1 + d.n %% 4] AS words
FROM drawn d JOIN spots s ON s.s = floor(d.b * d.b * 40)::int
"""
CASES = """
INSERT INTO cases_case (id, territory_id, code, kind, subject, contact_name, contact_email, contact_phone, language,
    channel, state, district_id, place, lat, lon, opened_at, due_days, due_at, closed_at, saved_contacts, saved_trips,
    search_text)
SELECT case_id, %(town)s, code, 'issues', words, '', '', '', 'fr', 'web',
    CASE WHEN status IN ('resolved', 'declined') THEN 'closed' WHEN status = 'reported' THEN 'received' ELSE 'open' END,
    district, address, lat, lon, at, 5, at + interval '7 days',
    CASE WHEN status IN ('resolved', 'declined') THEN at + n %% 12 * interval '1 day' END, 0, 0, lower(code)
FROM made
"""
ISSUES = """
INSERT INTO issues_issue (id, territory_id, case_id, code, category_id, status, description, answers, address, lat, lon,
    district_id, answer, reported_at, due_at, resolved_at, is_text_public, is_hidden, precision)
SELECT id, %(town)s, case_id, code, kind, status, words, '[]', address, lat, lon, district,
    CASE WHEN status IN ('resolved', 'declined') THEN 'Fait.' ELSE '' END, at, at + interval '7 days',
    CASE WHEN status = 'resolved' THEN at + n %% 12 * interval '1 day' END, n %% 4 = 0, n %% 200 = 0, ''
FROM made
"""


@dataclass(frozen=True)
class Town:
    """A territory made for a measure, with its kinds of problems and its districts."""

    territory: Any
    kinds: Sequence[Any]
    districts: Sequence[Any]


def make_town(slug: str) -> Town:
    """Return a territory with twenty kinds and eight districts, without reports; made once."""
    from django.db import transaction

    from parvis.core.geo.models import District
    from parvis.core.tenancy.context import use
    from parvis.core.tenancy.models import Territory
    from parvis.modules.issues.models import Category

    with transaction.atomic(), use(territory=None):
        place = {"name": "Banc d'essai", "is_listed": False, "lat": LAT, "lon": LON}
        town, _ = Territory.objects.get_or_create(slug=slug, defaults=place)
        with use(territory=town):
            kinds = [
                Category.objects.get_or_create(slug=f"genre-{n}", defaults={"label_fr": f"Genre {n}"})[0]
                for n in range(KINDS)
            ]
            flat = {"polygon": {}, "south": LAT, "north": LAT, "west": LON, "east": LON}
            districts = [
                District.objects.get_or_create(code=str(n), defaults={"name": f"District {n}", **flat})[0]
                for n in range(1, 9)
            ]
    return Town(town, kinds, districts)


def fill(town: Town, reports: int, *, now: datetime) -> None:
    """Give a town so many reports with their cases, as the owner of the tables; the map's counts follow."""
    import psycopg

    values = {
        "town": town.territory.pk,
        "kinds": [kind.pk for kind in town.kinds],
        "districts": [district.pk for district in town.districts],
        "streets": STREETS,
        "words": WORDS,
        "now": now,
        "years": YEARS,
        "reports": reports,
        "lat": LAT,
        "lon": LON,
    }
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], cursor_factory=psycopg.ClientCursor) as owner:
        owner.execute("SELECT setseed(0.3)")
        for statement in (MAKE, CASES, ISSUES):
            owner.execute(statement, {name: values[name] for name in values if f"%({name})s" in statement})
        owner.execute("SELECT parvis.add_tile_changes(%s, NULL)", [town.territory.pk])
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        for table in ("cases_case", "issues_issue", "issues_tilecount", "issues_tiletotal", "issues_tilechange"):
            owner.execute(f"VACUUM (ANALYZE) {table}")

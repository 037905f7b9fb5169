"""What the clerks of the demo region have decided: questions, seasons, things, rules, ready answers, yearly works.

Everything is written by the operations of the screens, the same each time the demonstration is made.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from parvis.core.assets.models import Asset, AssetKind
from parvis.core.cases.models import CannedAnswer
from parvis.core.cases.operations import save_canned_answer
from parvis.core.identity.models import Team
from parvis.core.registry.stage import Stage
from parvis.lib.actor import Actor
from parvis.modules.issues import operations
from parvis.modules.issues.models import Category, Question, QuestionKind, RecurringWork, RoutingRule, RuleSet, Unit

THINGS = {
    "lampadaire": [AssetKind.LAMP],
    "borne-fontaine": [AssetKind.HYDRANT],
    "ponceau": [AssetKind.CULVERT],
}
SEASON = {
    "slug": "herbe-a-poux",
    "season_start": 601,
    "season_end": 930,
    "out_fr": "L'herbe à poux se coupe de juin à septembre : signalez-la à ce moment-là.",
    "out_en": "Ragweed is cut from June to September: report it then.",
    "out_es": "La ambrosía se corta de junio a septiembre: avise entonces.",
}
Choice = dict[str, str]


def _choice(key: str, fr: str, en: str, es: str) -> Choice:
    return {"key": key, "fr": fr, "en": en, "es": es}


QUESTIONS: list[tuple[str, str, QuestionKind, tuple[str, str, str], list[Choice]]] = [
    (
        "nid-de-poule",
        "profondeur",
        QuestionKind.ONE,
        ("Quelle profondeur?", "How deep is it?", "¿Qué profundidad tiene?"),
        [
            _choice("doigt", "Un doigt", "A finger", "Un dedo"),
            _choice("main", "Une main", "A hand", "Una mano"),
            _choice("plus", "Plus : dangereux", "More: dangerous", "Más: peligroso"),
        ],
    ),
    (
        "lampadaire",
        "comment",
        QuestionKind.ONE,
        ("Que fait-il?", "What does it do?", "¿Qué hace?"),
        [
            _choice("eteint", "Il reste éteint", "It stays dark", "Sigue apagado"),
            _choice("clignote", "Il clignote", "It flickers", "Parpadea"),
            _choice("jour", "Il brille le jour", "It burns by day", "Alumbra de día"),
        ],
    ),
    (
        "fuite-eau",
        "debit",
        QuestionKind.ONE,
        ("L’eau coule-t-elle fort?", "Does the water run hard?", "¿Sale mucha agua?"),
        [
            _choice("goutte", "Goutte à goutte", "Drop by drop", "Gota a gota"),
            _choice("filet", "Un filet", "A trickle", "Un hilo"),
            _choice("jet", "Un jet", "A jet", "Un chorro"),
        ],
    ),
    (
        "collecte-manquee",
        "bac",
        QuestionKind.MANY,
        ("Quels bacs?", "Which bins?", "¿Qué contenedores?"),
        [
            _choice("ordures", "Ordures", "Waste", "Basura"),
            _choice("recyclage", "Recyclage", "Recycling", "Reciclaje"),
            _choice("compost", "Compost", "Compost", "Compost"),
        ],
    ),
    (
        "arbre",
        "fils",
        QuestionKind.STRING,
        ("Touche-t-il des fils?", "Does it touch wires?", "¿Toca cables?"),
        [],
    ),
]
ANSWERS: list[tuple[str, list[str], str, str, str]] = [
    (
        "Reçu, on s'en occupe",
        [],
        "Bonjour {{prenom}},\n\nMerci. Votre demande {{code}} est entre les mains de : {{equipe}}. "
        "Vous aurez des nouvelles avant le {{promesse}}.\n\n{{municipalite}}",
        "Hello {{prenom}},\n\nThank you. Your request {{code}} is with: {{equipe}}. "
        "You will hear from us before {{promesse}}.\n\n{{municipalite}}",
        "Buenos días, {{prenom}}:\n\nGracias. Su solicitud {{code}} está con: {{equipe}}. "
        "Tendrá noticias antes del {{promesse}}.\n\n{{municipalite}}",
    ),
    (
        "Réparé",
        [],
        "Bonjour {{prenom}},\n\nC'est réparé : {{categorie}}, {{lieu}}. Si ce n'est pas le cas, répondez-nous.\n\n"
        "{{municipalite}}",
        "Hello {{prenom}},\n\nIt is repaired: {{categorie}}, {{lieu}}. If it is not, answer us.\n\n{{municipalite}}",
        "Buenos días, {{prenom}}:\n\nEstá reparado: {{categorie}}, {{lieu}}. Si no es así, respóndanos.\n\n"
        "{{municipalite}}",
    ),
    (
        "Trou rempli à froid, pavé au printemps",
        ["nid-de-poule", "chaussee"],
        "Bonjour {{prenom}},\n\nLe trou est rempli d'enrobé à froid. Il sera pavé au printemps, quand les usines "
        "rouvrent.\n\n{{municipalite}}",
        "Hello {{prenom}},\n\nThe hole is filled with cold asphalt. It will be paved in spring, when the plants "
        "reopen.\n\n{{municipalite}}",
        "Buenos días, {{prenom}}:\n\nEl bache está relleno con asfalto en frío. Se pavimentará en primavera.\n\n"
        "{{municipalite}}",
    ),
    (
        "Route du ministère",
        ["nid-de-poule", "chaussee", "signalisation"],
        "Bonjour {{prenom}},\n\nCette route relève d'un autre organisme. Nous lui avons transmis votre demande "
        "{{code}} et nous la suivons.\n\n{{municipalite}}",
        "Hello {{prenom}},\n\nAnother body looks after this road. We passed your request {{code}} on and follow it."
        "\n\n{{municipalite}}",
        "",
    ),
]


def decide(stage: Stage, categories: Mapping[str, Category]) -> None:
    """Set what the clerks decided in one territory, once."""
    system = Actor.system(stage.territory.pk)
    for slug, kinds in THINGS.items():
        Category.objects.filter(slug=slug).update(asset_kinds=[str(kind) for kind in kinds])
    Category.objects.filter(slug=SEASON["slug"]).update(**{k: v for k, v in SEASON.items() if k != "slug"})
    for number, question in enumerate(_questions(stage, categories), start=1):
        if not Question.objects.filter(category=question.category, code=question.code).exists():
            question.order = 10 * number
            operations.save_question(actor=system, question=question, now=stage.now)
    for order, (name, topics, fr, en, es) in enumerate(ANSWERS, start=1):
        if not CannedAnswer.objects.filter(name=name).exists():
            answer = CannedAnswer(
                name=name, kind="issues", topics=topics, text_fr=fr, text_en=en, text_es=es, order=order * 10
            )
            save_canned_answer(actor=system, answer=answer, now=stage.now)
    teams = {team.slug: team for team in Team.objects.all()}
    if teams and not RuleSet.objects.exists():
        _rules(stage, categories, teams)
    if stage.municipality is not None and not RecurringWork.objects.exists():
        for work in _works(stage, teams):
            operations.save_recurring(actor=system, work=work, now=stage.now)


def _questions(stage: Stage, categories: Mapping[str, Category]) -> Iterator[Question]:
    for slug, code, kind, (fr, en, es), choices in QUESTIONS:
        if slug in categories:
            yield Question(
                territory=stage.territory,
                category=categories[slug],
                code=code,
                kind=kind,
                label_fr=fr,
                label_en=en,
                label_es=es,
                choices=choices,
            )


def _rules(stage: Stage, categories: Mapping[str, Category], teams: Mapping[str, Team]) -> None:
    system = Actor.system(stage.territory.pk)
    draft = operations.draft_rules(actor=system, now=stage.now)
    lines: list[dict[str, Any]] = [
        {"name": "Refoulement : le jour même", "category": categories["refoulement"], "promised_days": 1},
        {"name": "Lampadaire : l'équipe des routes", "asset_kind": AssetKind.LAMP, "team": teams.get("roads")},
        {
            "name": "Égout dans le texte",
            "words": "égout, égouts, refoule, refoulement",
            "category": categories["autre"],
        },
        {
            "name": "La nuit, bruit : la sécurité",
            "category": categories["bruit"],
            "from_hour": 22,
            "to_hour": 7,
            "team": teams.get("safety"),
            "promised_days": 1,
        },
    ]
    for line in lines:
        team = line.pop("team", None) or teams.get("water") or next(iter(teams.values()))
        operations.save_rule(actor=system, rule=RoutingRule(rule_set=draft, team=team, **line))
    operations.put_rules_in_force(actor=system, draft=draft, now=stage.now)


def _works(stage: Stage, teams: Mapping[str, Team]) -> Iterator[RecurringWork]:
    year, roads, water = stage.now.year, teams.get("roads"), teams.get("water")
    hydrant = Asset.objects.filter(kind=AssetKind.HYDRANT, is_public=True).order_by("code").first()
    yield RecurringWork(
        territory=stage.territory,
        title_fr="Rinçage des bornes-fontaines",
        title_en="Hydrant flushing",
        title_es="Limpieza de hidrantes",
        text_fr="L'eau peut être brune quelques minutes : laissez-la couler.",
        text_en="The water may run brown for a few minutes: let it run.",
        text_es="El agua puede salir marrón unos minutos: déjela correr.",
        team=water,
        asset=hydrant,
        starts_on=date(year, 5, 1),
        days=5,
        unit=Unit.YEAR,
        weekdays=[0],
        nth=1,
        months=[5],
    )
    yield RecurringWork(
        territory=stage.territory,
        title_fr="Collecte des feuilles",
        title_en="Leaf collection",
        title_es="Recogida de hojas",
        text_fr="Dans des sacs de papier, au bord du chemin avant 7 h.",
        text_en="In paper bags, by the roadside before 7:00 a.m.",
        text_es="En bolsas de papel, al borde del camino antes de las 7 h.",
        team=roads,
        starts_on=date(year, 10, 1),
        unit=Unit.YEAR,
        weekdays=[0],
        months=[10, 11],
    )
    yield RecurringWork(
        territory=stage.territory,
        title_fr="Ronde des lampadaires",
        title_en="Round of the street lamps",
        title_es="Ronda de farolas",
        team=roads,
        starts_on=date(year, stage.now.month, 1),
        unit=Unit.MONTH,
        weekdays=[1],
        nth=1,
    )

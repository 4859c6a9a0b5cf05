"""What a credential is built from, as the employer's page tells it."""

from decimal import Decimal

from issuer.model.achievement import Tier
from issuer.model.rule import decode
from issuer.model.stack import IfRevoked
from issuer.services import present
from issuer.services.present import Asked
from issuer.services.present.stack import stack
from issuer.services.present.views import StackView
from issuer.verify.material import joined
from tests.town import scenes
from tests.town.european_stacks import document_id, material, parts_of, stacked_diploma
from tests.town.stacks import Course, Stacked, stack_of, stacked_badge, whole
from tests.town.university import Bench, University

UNI = University()
BENCH = Bench(UNI)
CHOICE = '{"n":1,"of":["law","data-visualisation"]}'
RULE = decode(f'{{"all_of":["foundations",{CHOICE},{{"capstone":"project"}}]}}')
TIERS = {"foundations": Tier.BASIC, "law": Tier.INTERMEDIATE, "project": Tier.PROFESSIONAL}


def _steward(if_revoked: IfRevoked = IfRevoked.FAILED) -> Stacked:
    """A path over three tiers, on which one of two subjects was chosen."""
    sealed = {name: UNI.seal(Course(name).badge(UNI)) for name in TIERS}
    parts = [Course(n).part(UNI, data, tier=TIERS[n]) for n, data in sealed.items()]
    made = stack_of(*parts, rule=RULE, if_revoked=if_revoked, max_age_months=24)
    data = UNI.seal(whole(UNI, made))
    return Stacked(data, {f"{UNI.base}/c/{n}": one for n, one in sealed.items()})


def _view(made: Stacked, *names: str, open_parts: dict[str, str] | None = None) -> StackView:
    report = BENCH.verify(made.data, material=joined(BENCH.material(), made.at_hand(*names)))
    found = stack(report, open_parts=open_parts or {})
    assert found is not None
    return found


def test_the_path_stands_highest_tier_first() -> None:
    view = _view(_steward(), open_parts={f"{UNI.base}/c/law": "/c/law"})
    assert [[(b.state, b.title, b.tone) for b in row] for row in view.rows] == [
        [("Tier 3 · final project", "Project", "passed")],
        [
            ("Tier 2 · chosen", "Law", "passed"),
            ("Tier 2 · not chosen", "Data visualisation", None),
        ],
        [("Tier 1", "Foundations", "passed")],
    ]
    law = view.rows[1][0]
    assert (law.line, law.href) == ("3 ECTS · 80 hours · 1 March 2026", "/c/law")
    assert [part.title for part in view.parts] == ["Project", "Law", "Foundations"]
    assert {part.sentence for part in view.parts} == {""}


def test_the_rule_and_the_sums_stand_in_words() -> None:
    view = _view(_steward())
    assert view.lead == "Three parts, each certified on its own, carry this credential."
    assert view.together == "9 ECTS, 240 hours"
    assert view.rule == (
        "Foundations; one of Law or Data visualisation; and the final project or exam “Project”; "
        "no part older than 24 months when the last one was earned"
    )
    assert (view.ects, view.hours) == ("9", "240 hours")
    assert view.caption == (
        "Each part is checked along with the whole, as far as it is at hand. A part that is "
        "revoked makes the whole fail; that rule is written in the credential."
    )
    assert [pair.term for pair in view.tiers] == ["Tier 1", "Tier 2", "Tier 3"]
    assert view.tiers[0].values[0].text == "Basic: works with guidance."
    doubt = _view(_steward(IfRevoked.INDETERMINATE))
    assert "puts the whole in doubt; that rule is written" in doubt.caption


def test_of_a_part_that_was_not_looked_at_that_is_said() -> None:
    view = _view(_steward(), "law")
    told = {part.title: (part.word, part.sentence) for part in view.parts}
    assert told["Law"] == ("PASSED", "")
    assert told["Project"] == (
        "INDETERMINATE",
        "It was not looked at, because it was not handed in.",
    )
    # Where no part was looked at at all, the report names none.
    unsigned = BENCH.verify(_steward().data, material=BENCH.material(documents={}))
    alone = stack(unsigned, open_parts={})
    assert alone is not None
    assert {part.sentence for part in alone.parts} == {"It was not looked at."}


def test_one_part_without_numbers() -> None:
    data = UNI.seal(Course("law").badge(UNI))
    part = Course("law").part(UNI, data, ects=None, hours=None, issuer="Other University")
    view = _view(Stacked(UNI.seal(whole(UNI, stack_of(part))), {}))
    assert view.lead == "One part, certified on its own, carries this credential."
    assert (view.together, view.ects, view.hours) == ("", "", "")
    assert view.rows[0][0].line == "1 March 2026"
    assert view.parts[0].issuer == "Other University"
    hour = Course("law").part(UNI, data, hours=Decimal(1))
    assert _view(Stacked(UNI.seal(whole(UNI, stack_of(hour))), {})).hours == "1 hour"


def test_choices_within_choices_and_rules_without_a_choice() -> None:
    rule = decode(
        '{"all_of":[{"n":1,"of":[{"capstone":"law"},"thesis"]},{"tier":"basic"},'
        '{"credits":"3","of":["ethics"]},{"n":1,"of":["x","y","law"]}]}'
    )
    view = _view(stacked_badge(UNI, Course("ethics"), Course("law"), rule=rule))
    assert [(b.state, b.title) for b in view.rows[0]] == [
        ("Tier 1", "Ethics"),
        ("Tier 1 · final project", "Law"),
        ("Tier 1 · not chosen", "Thesis"),
        ("Tier 1 · not chosen", "X"),
        ("Tier 1 · not chosen", "Y"),
    ]


def test_what_says_nothing_of_parts_has_no_such_section() -> None:
    assert stack(BENCH.verify(UNI.seal(UNI.badge())), open_parts={}) is None
    malformed = BENCH.verify(stacked_badge(UNI, stated={"rule": "[]"}).data)
    assert stack(malformed, open_parts={}) is None
    assert stack(BENCH.verify(b"nothing"), open_parts={}) is None


def test_it_stands_on_the_page_of_a_check() -> None:
    made = _steward()
    report = made.verify(BENCH)
    view = present.checked(report, zone=scenes.VIENNA, asked=Asked("the file"))
    assert view.stack == stack(report, open_parts={})
    page = present.credential(report, page=scenes.public_page(), zone=scenes.VIENNA)
    assert page.stack == view.stack
    assert len(view.answers) == 5


def _notes(made: Stacked, *names: str, unnamed: tuple[str, ...] = ()) -> tuple[str, ...]:
    report = BENCH.verify(made.data, material=joined(BENCH.material(), made.at_hand(*names)))
    asked = Asked("the file “steward.json”", unnamed=unnamed)
    return present.checked(report, zone=scenes.VIENNA, asked=asked).notes


def test_a_file_that_is_no_part_of_it_is_told() -> None:
    assert _notes(_steward()) == ()
    assert _notes(_steward(), unnamed=("“a.json”",)) == (
        "It does not name “a.json” as a part, so this was not looked at.",
    )
    assert _notes(_steward(), unnamed=("“a.json”", "“b.json”")) == (
        "It does not name “a.json” and “b.json” as a part, so these were not looked at.",
    )


def test_what_names_no_parts_says_so_of_the_files() -> None:
    alone = Stacked(UNI.seal(Course("law").badge(UNI)), {})
    assert _notes(alone, unnamed=("“a.json”",)) == (
        "It names no parts, so “a.json” was not looked at.",
    )
    assert _notes(alone, unnamed=("“a.json”", "“b.json”")) == (
        "It names no parts, so “a.json” and “b.json” were not looked at.",
    )


def test_where_no_part_was_looked_at_the_check_says_why() -> None:
    made = _steward()
    forged = Stacked(made.data.replace(b"Alex", b"Axel"), made.parts)
    assert _notes(forged, unnamed=("“a.json”",)) == ()
    assert _notes(Stacked(b"hello", {}), unnamed=("“a.json”",)) == ()


def test_whoever_has_not_all_parts_is_told_to_ask_for_them() -> None:
    (note,) = _notes(_steward(), "law")
    assert note.startswith("Not all of its parts were at hand.")


def test_a_european_document_is_told_alike() -> None:
    made = stacked_diploma(Course("foundations"), Course("law"), max_age_months=24)
    report = made.verify(BENCH, material=material())
    view = stack(report, open_parts={document_id("law"): "/c/law"})
    badge = _view(stacked_badge(UNI, Course("foundations"), Course("law"), max_age_months=24))
    assert view is not None
    assert (view.lead, view.together, view.rule) == (badge.lead, badge.together, badge.rule)
    assert [(part.title, part.href, part.word) for part in view.parts] == [
        ("Law", "/c/law", "PASSED"),
        ("Foundations", None, "PASSED"),
    ]
    bent = stacked_diploma(Course("law"), bend=lambda d: parts_of(d)[0].pop("identifier"))
    assert stack(bent.verify(BENCH, material=material()), open_parts={}) is None

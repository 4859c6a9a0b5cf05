"""``testamur demo``: an invented university, its courses and results, issued and checked offline.

Run again, it issues nothing twice. Everything lies in one folder and can be thrown away.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import tomli_w
import typer

from issuer.cli import planned, results, terminal
from issuer.cli.opening import OPERATOR, load, opened, read_file
from issuer.cli.serving import run_server
from issuer.errors import SelfCheckFailed, UnusableInput

if TYPE_CHECKING:
    from issuer.bootstrap import House
    from issuer.model.achievement import Achievement
    from issuer.services.export import Exported

_HOST, _PORT = "127.0.0.1", 8000
_SHARED = 3
_SLUG = "euas"
_TOP = "professional-data-steward"
"""The highest step of the pathway."""
_SEALED_TOO = frozenset({"data-stewardship", "ethik-der-ki", "python-basics", _TOP})
"""What the demo issues as European documents too."""
_FALLEN = ("S2004", "data-visualisation", "The report was not the learner's own work.")
"""Whose part is revoked, which, and why."""
_EXAMPLES = Path(__file__).parents[2] / "examples"


def demo(
    *,
    home: Annotated[Path, typer.Option(help="Folder of the demo.")] = Path("var/demo"),
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve it on 127.0.0.1:8000 afterwards.")
    ] = True,
) -> None:
    """Make a demo university, issue for it, check everything offline, and serve it."""
    from issuer import bootstrap  # noqa: PLC0415 # Verbs that open nothing do not pay for it.
    from issuer.services import offer  # noqa: PLC0415 # As above.

    if not _EXAMPLES.is_dir():
        msg = "The demo needs the folder examples/ of the source. Run it from a clone: `make demo`."
        raise UnusableInput(msg)
    _configure(home, secret=bootstrap.chance(16).hex())
    settings = load(home)
    noun = offer.read_organisation(read_file(_EXAMPLES / "organisation.toml"))
    bootstrap.init(settings, noun, passphrase=lambda: terminal.passphrase(settings))
    terminal.warn(
        "The European documents of the demo carry a TEST seal, made here: it proves nothing to "
        "anybody else."
    )
    bootstrap.create_test_seal(settings, noun, passphrase=lambda: terminal.passphrase(settings))
    with opened(home) as house:
        _issue(house, noun.slug)
        _share_some(house, noun.slug)
        _stack(house, noun.slug)
        terminal.warn("Writing every document, the material and the trust list …")
        exported = _export(house, home / "out")
        _check_offline(house, noun.slug, exported)
        _links(house, noun.slug)
    if serve:
        run_server(home, host=_HOST, port=_PORT)


def _configure(home: Path, *, secret: str) -> None:
    place = home / "testamur.toml"
    if place.exists():
        return
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    passphrase = home / "passphrase"
    if not passphrase.exists():
        passphrase.touch(mode=0o600)
        passphrase.write_text(f"{secret}\n", encoding="utf-8")
    values = {
        "base_url": f"http://localhost:{_PORT}",
        "port": _PORT,
        "passphrase_file": str(passphrase.resolve()),
        "fetch_hosts": [f"localhost:{_PORT}"],
        "seals": {_SLUG: f"pkcs12:{quote(str(home.resolve() / 'seal.p12'))}"},
    }
    place.write_text(tomli_w.dumps(values), encoding="utf-8")


def _issue(house: "House", slug: str) -> None:
    from issuer.services import offer  # noqa: PLC0415 # As above.

    for path in sorted((_EXAMPLES / "achievements").glob("*.toml")):
        course = offer.read_achievement(read_file(path), organisation=slug)
        if course.slug in _SEALED_TOO:
            course = _european(course)
        with house.bench.begin() as tx:
            offer.put_achievement(tx, course, at=house.bench.moment, actor=OPERATOR)
    _issue_file(house, slug, "results.csv")


def _issue_file(house: "House", slug: str, name: str) -> None:
    from issuer.services import confirm  # noqa: PLC0415 # As above.

    handed = confirm.Handed(slug, read_file(_EXAMPLES / name), OPERATOR)
    plan = confirm.plan(house.bench, handed)
    planned.show(plan)
    results.issue_file(house, handed, plan)


def _stack(house: "House", slug: str) -> None:
    """A pathway: one learner begins, one may choose, one is at the top, one has lost a part."""
    from issuer.services import pathway_file, pathways, publish  # noqa: PLC0415 # As above.

    for path in sorted((_EXAMPLES / "pathways").glob("*.yaml")):
        noun = pathway_file.read(read_file(path), organisation=slug)
        with house.bench.begin() as tx:
            pathways.put(tx, noun, at=house.bench.moment, actor=OPERATOR)
    _issue_file(house, slug, "pathway-results.csv")
    _take_back(house, slug)
    _show_top(house, slug)
    publish.publish(house.bench, slug)


def _show_top(house: "House", slug: str) -> None:
    from issuer.services import look, share  # noqa: PLC0415 # As above.

    with house.bench.begin() as tx:
        for award in look.listing(tx, slug):
            if award.achievement == _TOP and not award.shared:
                share.set_sharing(tx, award, shared=True, actor=OPERATOR, at=house.bench.moment)


def _take_back(house: "House", slug: str) -> None:
    from issuer.services import look, revoke  # noqa: PLC0415 # As above.

    learner, course, reason = _FALLEN
    with house.bench.begin() as tx:
        for award in look.listing(tx, slug):
            is_it = award.achievement == course and award.state == "active"
            if is_it and look.is_kept(tx, award) and look.shown(tx, award).learner.key == learner:
                at = house.bench.moment
                revoke.revoke(tx, slug, award.id, reason=reason, actor=OPERATOR, at=at)


def _european(course: "Achievement") -> "Achievement":
    """The course with the European document too: the demo has a seal, which a newcomer has not."""
    from issuer.model.achievement import DocumentFormat  # noqa: PLC0415 # As above.

    return course.model_copy(update={"formats": (*course.formats, DocumentFormat.EDC)})


def _share_some(house: "House", slug: str) -> None:
    from issuer.services import look, share  # noqa: PLC0415 # As above.

    with house.bench.begin() as tx:
        found = look.listing(tx, slug)
        if any(award.shared for award in found):
            return
        for award in found[:_SHARED]:
            share.set_sharing(tx, award, shared=True, actor=OPERATOR, at=house.bench.moment)


def _export(house: "House", to: Path) -> "Exported":
    from issuer.services import export  # noqa: PLC0415 # As above.

    return export.export(house.bench, to, pictures=house.pictures)


def _check_offline(house: "House", slug: str, exported: "Exported") -> None:
    """Check every file with nothing but the material beside it, and show what was found."""
    from issuer.services import look  # noqa: PLC0415 # As above.
    from issuer.verify import Policy, Verdict, verify  # noqa: PLC0415 # As above.
    from issuer.verify.material import decode  # noqa: PLC0415 # As above.

    material = decode(exported.material.read_bytes())
    found: dict[str, dict[str, str]] = {}
    for path in terminal.progress(exported.documents, what="Checking offline"):
        report = verify(
            path.read_bytes(),
            material=material,
            policy=Policy(),
            at=house.bench.now(),
            canonicalise=house.bench.canonicalise,
        )
        found.setdefault(path.stem, {})[path.suffix] = str(report.verdict)
    with house.bench.read() as tx:
        awards = look.listing(tx, slug)
    rows = [
        # Of a learner who was erased there is no file any more.
        (a.id, a.achievement, str(a.state), *(found.get(a.id, {}).get(e, "") for e in _ENDINGS))
        for a in awards
    ]
    header = ("credential", "course", "state", "JSON", "JWT", "PNG", "EDC", "PDF")
    terminal.table("Checked offline, with out/material.json alone", header=header, rows=rows)
    # What was revoked or suspended says so: that is an answer, not a fault.
    active = [found.get(a.id, {}) for a in awards if a.state == "active"]
    if {verdict for each in active for verdict in each.values()} - {Verdict.PASSED}:
        msg = "A credential of the demo does not verify. Please report this with the table above."
        raise SelfCheckFailed(msg)


_ENDINGS = (".json", ".jwt", ".png", ".jsonld", ".pdf")


def _links(house: "House", slug: str) -> None:
    from issuer.services import look, share  # noqa: PLC0415 # As above.

    with house.bench.read() as tx:
        shared = [a for a in look.listing(tx, slug) if a.shared]
    base = house.bench.base_url
    for award in (award for award in shared if award.achievement == _TOP):
        terminal.say(f"Stacked, public: {base}/c/{award.id}")
        terminal.say(f"… its learner's: {share.link(house.bench, award)}")
    for award in [award for award in shared if award.achievement != _TOP][:1]:
        terminal.say(f"Public page:    {base}/c/{award.id}")
        terminal.say(f"Learner's page: {share.link(house.bench, award)}")
    terminal.say(f"Verify page:    {base}/verify")

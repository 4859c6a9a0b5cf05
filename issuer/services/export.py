"""Everything that a verification needs, in a folder: documents, material and trust list.

``{id}.json``, ``.jwt``, ``.png``, ``.jsonld``, ``.pdf``, ``material.json`` and ``trust.toml``, and
``parts/{id}.json``, material too, for what is built from parts: with these anybody checks offline,
in years, without this server. File names hold no personal data; the
files do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from issuer.errors import UnusableInput
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award
from issuer.registry import awards, documents, organisations
from issuer.registry.database import Transaction
from issuer.services import look, paper, private_file, trust
from issuer.services import material as own_material
from issuer.services.pictures import Pictures
from issuer.services.workbench import Workbench
from issuer.verify import Material
from issuer.verify.material import encode, joined

_PAGE = 500


@dataclass(frozen=True)
class Exported:
    """What was written."""

    documents: tuple[Path, ...]
    material: Path
    trust: Path


def material(bench: Workbench) -> Material:
    """The material of every organisation of this installation."""
    with bench.read() as tx:
        return own_material.everything(tx, base_url=bench.base_url, seals=bench.seal)


def trust_toml(bench: Workbench) -> bytes:
    """The trust list that names our own organisations."""
    return trust.encode(material(bench).trusted)


def export(bench: Workbench, to: Path, *, pictures: Pictures) -> Exported:
    """Write every sealed document, the material and the trust list into the folder ``to``.

    Files are replaced whole, so that a reader never sees half of one. Raises UnusableInput where
    the folder cannot be written.
    """
    try:
        for folder in (to, to / "parts"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = []
        with bench.read() as tx:
            for award in _awards(tx):
                if not look.is_kept(tx, award):
                    continue
                files = _files(tx, award, bench=bench, pictures=pictures)
                written += [private_file.write(to / name, data) for name, data in files]
                _write_parts(tx, award, bench=bench, to=to)
        return Exported(
            tuple(written),
            private_file.write(to / "material.json", encode(material(bench))),
            private_file.write(to / "trust.toml", trust_toml(bench)),
        )
    except OSError as fault:
        msg = f"{to} cannot be written: {fault.strerror}. Name another folder with --to."
        raise UnusableInput(msg) from fault


def _awards(tx: Transaction) -> Iterator[Award]:
    for organisation in organisations.listing(tx):
        after: str | None = None
        while page := awards.listing(tx, organisation.slug, after=after, limit=_PAGE):
            yield from page
            after = page[-1].id


def _write_parts(tx: Transaction, award: Award, *, bench: Workbench, to: Path) -> None:
    found = Material()
    # Each form names its parts in its own tongue.
    for form in look.formats(tx, award.id):
        whole = documents.sealed(tx, award.id, form).data
        more = own_material.parts_of_document(tx, whole, base_url=bench.base_url, at=bench.now())
        found = joined(found, more)
    if found.parts:
        private_file.write(to / "parts" / f"{award.id}.json", encode(found))


def _files(
    tx: Transaction, award: Award, *, bench: Workbench, pictures: Pictures
) -> Iterator[tuple[str, bytes]]:
    for document_format in look.formats(tx, award.id):
        sealed = documents.sealed(tx, award.id, document_format)
        yield f"{award.id}.{document_format.ending}", sealed.data
        if document_format is DocumentFormat.OB3:
            yield f"{award.id}.png", pictures.baked(tx, look.shown(tx, award))
    shown = look.shown(tx, award)
    if paper.is_printed(shown):
        yield f"{award.id}.{paper.ENDING}", pictures.paper(tx, shown, bench=bench)

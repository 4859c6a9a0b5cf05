"""Columns of the person as platforms call them, in the languages in which they are met.

English, German, Spanish and French, as Moodle, OpenOlat, ILIAS and office programs write them.
"""

from typing import Any

from issuer.gradebooks.columns import Header
from issuer.model.mapping import NameOrder

GIVEN = ("First name", "Firstname", "Given name", "given_name", "Vorname", "Nombre", "Prénom")
FAMILY = (
    "Last name", "Lastname", "Surname", "Family name", "family_name", "Nachname", "Familienname",
    "Apellido(s)", "Apellidos", "Nom", "Nom de famille",
)  # fmt: skip
_NAME = "Name"
WHOLE = (_NAME, "Full name", "display_name", "Vollständiger Name", "Nombre completo")
STUDENT = (
    "ID number", "ID-Nummer", "Número de ID", "Numéro d'identification", "student_number",
    "Student ID", "Student number", "Matrikelnummer", "Matriculation", "Matriculation number",
    "SIS User ID", "OrgDefinedId", "Institutionsnummer (Matrikelnummer)", "Institutionsnummer",
    "Institutional identifier", "Institution number (matriculation number)",
)  # fmt: skip
EMAIL = (
    "Email address", "E-mail address", "Email", "E-mail", "E-Mail-Adresse", "Dirección de correo",
    "Dirección de correo electrónico", "Adresse de courriel", "Courriel", "Mail",
)  # fmt: skip


def columns(header: Header, key: str, *, student: tuple[str, ...] = STUDENT) -> dict[str, Any]:
    """What can be said of the person: key, names and e-mail, as fields of a mapping."""
    email = header.first(*EMAIL)
    return {
        "key": email if key == "email" else header.first(*student),
        "email": email,
        **names(header),
    }


def names(header: Header) -> dict[str, Any]:
    """The columns of the name, as fields of a mapping; empty where they may mean two things."""
    given, family = header.first(*GIVEN), header.first(*FAMILY)
    if given:
        # Beside "Vorname" the column "Name" holds the family name.
        family = family or header.first(_NAME)
        return {"names": (given, family), "order": NameOrder.GIVEN_FAMILY} if family else {}
    if family:
        return {}
    whole = header.first(*WHOLE)
    return {"names": (whole,), "order": NameOrder.WHOLE} if whole else {}

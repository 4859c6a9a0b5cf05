"""A file of something else: what its columns mean, a person says.

The columns of the person are guessed by what they are called; nothing else is.
"""

from issuer.gradebooks.columns import Header
from issuer.gradebooks.layout import Layout
from issuer.gradebooks.platforms import person
from issuer.gradebooks.table import Table
from issuer.model.mapping import Mapping, Platform


def lay_out(table: Table, key: str) -> Layout:
    """The layout: the header as it stands, every row a person."""
    header = Header(table.header)
    guess = Mapping(platform=Platform.OTHER, **person.columns(header, key))
    return Layout(Platform.OTHER, table, header, guess)

"""x."""

from issuer.gradebooks.table import Table


def read(data: bytes, *, sheet: str | None = None) -> Table:
    raise NotImplementedError

"""What the engine may write down of a job: ids, numbers and codes, as JSON; all else is refused.

dbos pickles by default, which would put personal data into its tables and run whatever somebody
writes there. An error is kept by its code: its sentence may name a person.
"""

import re
from typing import Any

from pydantic_core import from_json, to_json

from issuer.jobs.faults import Recorded, code_of

_ID = re.compile(r"[A-Za-z0-9_.:/-]{0,128}")
_FAULT = "fault"


class IdsAndNumbers:
    """Serializer of the engine; its name stands beside every value that it wrote."""

    def name(self) -> str:
        """What dbos writes beside each value."""
        return "testamur_ids"

    def serialize(self, data: Any) -> str:
        """JSON of ids and numbers, or of the code of an error; raises TypeError for all else."""
        if isinstance(data, BaseException):
            data = {_FAULT: code_of(data)}
        return to_json(_allowed(data)).decode()

    def deserialize(self, serialized_data: str) -> Any:
        """What was written; an error comes back as `Recorded`."""
        found = from_json(serialized_data)
        if isinstance(found, dict) and set(found) == {_FAULT}:
            return Recorded(found[_FAULT])
        return found


def _allowed(data: Any) -> Any:
    if data is None or isinstance(data, bool | int):
        return data
    if isinstance(data, str) and _ID.fullmatch(data):
        return data
    if isinstance(data, list | tuple):
        return [_allowed(item) for item in data]
    if isinstance(data, dict):
        return {_allowed(name): _allowed(item) for name, item in data.items()}
    # Not what it was: that might be personal.
    msg = f"A job is made of ids and numbers; a {type(data).__name__} like this is none."
    raise TypeError(msg)

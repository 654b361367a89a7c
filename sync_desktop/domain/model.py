"""The base of every pydantic type of the house."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """An immutable value; unknown members are a mistake of ours and are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

"""docs/module-contract.md says what the manifest is."""

import re
from dataclasses import fields

from parvis.core.registry.module import Module

from .sources import REPOSITORY


def test_the_contract_names_every_field_and_no_other() -> None:
    text = (REPOSITORY / "docs" / "module-contract.md").read_text(encoding="utf-8")
    table = text.partition("## Fields of the manifest")[2].partition("## Guards")[0]
    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {word for cell in first_cells for word in re.findall(r"`([a-z_]+)`", cell)}
    assert named == {field.name for field in fields(Module)}

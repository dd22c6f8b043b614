"""`conedrills schema`: the JSON Schema (2020-12) of what people write and what we write."""

from __future__ import annotations

import click

from conedrills import layoutfile, yardfile
from conedrills.cli import talk
from conedrills.cli.command import SETTINGS, Command
from conedrills.drillfile import DrillFile


@click.command(cls=Command, context_settings=SETTINGS)
@click.argument("of", type=click.Choice(["yard", "drill", "layout"]))
def command(*, of: str) -> int:
    """Print the JSON Schema of our files.

    The edition is 2020-12. A drill file is TOML; its schema is that of the same content as JSON.
    """
    schemas = {"yard": yardfile.schema, "drill": DrillFile.model_json_schema, "layout": layoutfile.schema}
    talk.emit_json({"$schema": "https://json-schema.org/draft/2020-12/schema"} | dict(schemas[of]()))
    return 0


command.examples = """
conedrills schema yard > yardfile.schema.json
conedrills schema layout
"""

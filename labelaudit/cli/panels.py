"""Options by the panel of the help that shows them."""

from functools import partial

import typer

from labelaudit.cli.help import Panel

scanned, ruled, gated, written, timed, modelled, advanced = (
    partial(typer.Option, rich_help_panel=panel.value)
    for panel in (Panel.SCANNED, Panel.RULES, Panel.GATE, Panel.OUTPUT, Panel.SPEED, Panel.MODEL, Panel.ADVANCED)
)

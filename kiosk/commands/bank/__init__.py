"""`kiosk bank`: one command a file; this page only lists them."""

from __future__ import annotations

import typer

from kiosk.commands.bank.blueprint import blueprint
from kiosk.commands.bank.build import build
from kiosk.commands.bank.calibrate import calibrate
from kiosk.commands.bank.dif import dif
from kiosk.commands.bank.diff import diff
from kiosk.commands.bank.export import export
from kiosk.commands.bank.exposure import exposure
from kiosk.commands.bank.import_ import import_
from kiosk.commands.bank.install import install
from kiosk.commands.bank.lint import lint
from kiosk.commands.bank.new import new
from kiosk.commands.bank.preview import preview
from kiosk.commands.bank.release import release
from kiosk.commands.bank.score import score
from kiosk.commands.bank.stats import stats
from kiosk.locale import t

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

for name, command, help_key in (
    ("new", new, "authoring.new.help"),
    ("lint", lint, "cli.bank.lint"),
    ("preview", preview, "authoring.preview.help"),
    ("stats", stats, "cli.bank.stats"),
    ("blueprint", blueprint, "authoring.blueprint.help"),
    ("build", build, "cli.bank.build"),
    ("diff", diff, "authoring.diff.help"),
    ("release", release, "release.release_help"),
    ("install", install, "release.install_help"),
    ("calibrate", calibrate, "calibration.help"),
    ("dif", dif, "fairness.help"),
    ("exposure", exposure, "exposure.help"),
    ("import", import_, "formats.cli.import_help"),
    ("export", export, "formats.cli.export_help"),
    ("score", score, "formats.cli.score_help"),
):
    app.command(name, help=t(help_key))(command)

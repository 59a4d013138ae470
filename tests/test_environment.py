"""environment.yml, requirements.txt and pyproject.toml say the same, and this Python runs what they say; the data's
tables are whole."""

import csv
import sys
import tomllib
from importlib.metadata import version

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from helpers.paths import ROOT

CONDA_NAMES = {"matplotlib-base": "matplotlib"}  # conda-forge's name → the package's own


def pinned() -> dict[str, Requirement]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf8").splitlines()
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines if line.strip()}


def conda() -> tuple[list[str], list[str]]:
    """Return the lines of environment.yml: those for conda, those for pip."""
    lines = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf8"))["dependencies"]
    pip = [line for entry in lines if isinstance(entry, dict) for line in entry["pip"]]
    return [line for line in lines if isinstance(line, str)], pip


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]


def packages() -> list[str]:
    conda_lines, pip_lines = conda()
    return [line for line in [*conda_lines, *pip_lines] if line not in ("python=3.11", "pip", "-e .")]


@pytest.mark.parametrize("line", packages())
def test_each_line_admits_exactly_the_pinned_version(line):
    name, _, wanted = line.partition("==")
    requirement = pinned()[canonicalize_name(CONDA_NAMES.get(name, name))]
    assert wanted and str(requirement.specifier) == f"=={wanted}"


def test_every_direct_dependency_is_in_both_files():
    extras = project()["optional-dependencies"]["test"]
    direct = {canonicalize_name(Requirement(line).name) for line in [*project()["dependencies"], *extras]}
    assert direct <= set(pinned())
    names = [line.partition("==")[0] for line in packages()]
    assert {canonicalize_name(CONDA_NAMES.get(name, name)) for name in names} == direct


def test_channels_and_python():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf8"))
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    conda_lines, pip_lines = conda()
    assert "python=3.11" in conda_lines and "-e ." in pip_lines
    running = Version(".".join(map(str, sys.version_info[:3])))
    assert running in SpecifierSet(project()["requires-python"]) and running.release[:2] == (3, 11)


@pytest.mark.parametrize("name", sorted(pinned()))
def test_what_is_installed_is_what_is_pinned(name):
    requirement = pinned()[name]
    assert [str(specifier.operator) for specifier in requirement.specifier] == ["=="], "every version is pinned"
    if requirement.marker is None or requirement.marker.evaluate():
        assert version(name) in requirement.specifier


def test_no_file_names_a_package_registry():
    for name in ("requirements.txt", "environment.yml", "pyproject.toml", "Makefile", ".ci/run"):
        text = (ROOT / name).read_text(encoding="utf8")
        assert "--hash" not in text and "-index" not in text and "://" not in text, name


@pytest.mark.parametrize("path", sorted((ROOT / "data").rglob("*.csv")), ids=lambda path: path.name)
def test_every_row_has_a_cell_for_each_column(path):
    """A pattern with a comma that is not quoted would be cut in two, and its rule be lost in silence."""
    with path.open(encoding="utf8", newline="") as file:
        head, *rows = csv.reader(line for line in file if not line.startswith("#"))
    assert [row for row in rows if len(row) != len(head)] == []

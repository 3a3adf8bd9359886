"""Only the list of packages; everything else is in `pyproject.toml`.

The grammar stands at the top of the repository, where it is reviewed like a specification, and is packaged as
`loyalty_rules.grammar`. setuptools can map the folder (`package-dir`) but cannot both search for packages and add a
mapped one, and a list typed by hand would miss the next subpackage.
"""

from __future__ import annotations

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["loyalty_rules", "loyalty_rules.*"]), "loyalty_rules.grammar"],
    package_dir={"loyalty_rules.grammar": "grammar"},
)

"""Configuration of the documentation site: sphinx-build -W docs build/docs."""

import os
import sys
from pathlib import Path

os.environ["LC_ALL"] = "C.UTF-8"  # the same pages everywhere
sys.path.insert(0, str(Path(__file__).parent.parent))

from labelaudit import __version__

project = "labelaudit"
author = "the labelaudit developers"
copyright = author
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "index"

smartquotes = False  # would turn the two dashes of an option into one

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"labelaudit {version}"
html_copy_source = False
html_show_sourcelink = False

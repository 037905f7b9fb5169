"""`python -m parvis.project.cli`: the `parvis` command without its installed script."""

from parvis.project.cli import main

main()

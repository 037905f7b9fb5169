"""A worker that knows the tasks of these tests: ``python -m tests.kernel.worker_process CONCURRENCY [idle]``."""

import os
import sys

import django


def main() -> None:
    """Run until stopped, or until no job is left."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parvis.project.settings")
    django.setup()
    from tests.kernel import house

    house.move_in()
    from parvis.core.tasks.worker import run_worker

    run_worker(concurrency=int(sys.argv[1]), wait="idle" not in sys.argv)


if __name__ == "__main__":
    main()

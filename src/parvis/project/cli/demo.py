"""`parvis demo`: the whole house in one foreground process, with the demo region."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parvis.project.cli.environment import LocalDatabase, data_folder
from parvis.project.cli.progress import say, stages
from parvis.project.obstacle import Obstacle
from parvis.project.processes.addresses import answers, require_free, require_private

if TYPE_CHECKING:
    from parvis.project.processes.supervisor import Supervisor

_PARVIS = [sys.executable, "-m", "parvis.project.cli"]
_PEOPLE = "demo-people.json"


@dataclass(frozen=True)
class Options:
    """How the demo runs: where it listens, with how many web processes and threads, for how many people."""

    host: str
    port: int
    workers: int
    threads: int
    population: int | None

    @property
    def url(self) -> str:
        """The address to open in a browser of this machine."""
        return f"http://{'localhost' if self.host == '127.0.0.1' else self.host}:{self.port}"


@click.command()
@click.option("--host", default="127.0.0.1", envvar="PARVIS_HOST", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, envvar="PORT", show_default=True, type=click.IntRange(1, 65535))
@click.option("--public", is_flag=True, envvar="PARVIS_DEMO_PUBLIC", help="Allow an address others can reach.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 16), help="Web processes.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Requests at a time, each.")
@click.option("--population", type=click.IntRange(700), help="People in the region, when it is made.")
@click.option("--reset", is_flag=True, help="Delete the demo's data, and end.")
def demo(host: str, port: int, public: bool, workers: int, threads: int, population: int | None, reset: bool) -> None:
    """Run the demo region: database, web server and worker in one. Ctrl-C stops everything."""
    if reset:
        _reset()
        return
    os.environ["PARVIS_DEMO"] = "1"
    if public:
        os.environ["PARVIS_DEMO_PUBLIC"] = "1"
    require_private(host)
    require_free(host, port)
    _run(Options(host, port, workers, threads, population))


def _run(options: Options) -> None:
    from parvis.project.processes.child import Child
    from parvis.project.processes.supervisor import Stop, Supervisor

    database = LocalDatabase.for_this_process()
    if database.cluster is not None and database.cluster.place.elsewhere:
        say(
            f"The database is in {database.cluster.place.root}: started as root, PostgreSQL runs as "
            f"{database.cluster.place.user.name}, who cannot reach {database.cluster.place.wanted}."
        )
    if database.cluster is None:
        from parvis.project.postgres.server import require

        require(os.environ["DATABASE_URL"], serving=True)
    environment = _environment(options)
    web = [*_PARVIS, "serve", "--host", options.host, "--port", str(options.port)]
    web += ["--workers", str(options.workers), "--threads", str(options.threads)]
    logs = data_folder() / "log"
    children = [
        Child("web server", web, environment=environment, log=logs / "web.log"),
        Child("worker", [*_PARVIS, "worker"], environment=environment, log=logs / "worker.log"),
    ]
    try:
        with Supervisor(database.cluster, say=say) as supervisor:
            _prepare_once(supervisor, database, environment, options)
            supervisor.start(children)
            supervisor.wait_until(
                lambda: answers(f"http://{options.host}:{options.port}/readyz"), seconds=120, failing="The web server"
            )
            _welcome(options)
            supervisor.watch()
    except Stop:
        say("\nStopped. The data stay in " + str(data_folder()) + "; `make demo-reset` deletes them.")


def _environment(options: Options) -> dict[str, str]:
    environment = {**os.environ, "PARVIS_DEMO": "1", "PORT": str(options.port), "PYTHONUNBUFFERED": "1"}
    environment.setdefault("PARVIS_VAR", str(data_folder()))
    environment.setdefault("PARVIS_PUBLIC_URL", options.url)
    return environment


def _prepare_once(
    supervisor: Supervisor, database: LocalDatabase, environment: dict[str, str], options: Options
) -> None:
    """Prepare, unless the sources and the database are those of the last time: a second start takes seconds."""
    if database.cluster is None:
        _prepare(supervisor, environment, options)
        return
    from parvis.project.processes.fingerprint import Stamp

    stamp = Stamp(database.cluster.place.root / "prepared.txt", options.population, os.environ.get("PARVIS_VAR"))
    if stamp.is_current() and (data_folder() / _PEOPLE).exists() and (data_folder() / "static").is_dir():
        return
    stamp.clear()
    _prepare(supervisor, environment, options)
    stamp.set()


def _prepare(supervisor: Supervisor, environment: dict[str, str], options: Options) -> None:
    if environment.get("DATABASE_OWNER_URL"):
        supervisor.run_step([*_PARVIS, "migrate"], environment, failing="Preparing the database")
    else:
        say("DATABASE_OWNER_URL is not set: the database is taken as it is (run `parvis migrate` as its owner).")
    supervisor.run_step([*_PARVIS, "assets"], environment, failing="Gathering the web server's files")
    load = [*_PARVIS, "demo-load", "--people-file", str(data_folder() / _PEOPLE)]
    if options.population:
        load += ["--population", str(options.population)]
    supervisor.run_step(load, environment, failing="Loading the demo region")


def _welcome(options: Options) -> None:
    say(f"\nParvis is ready: {options.url}/\n")
    try:
        people = json.loads((data_folder() / _PEOPLE).read_text())
    except OSError:
        people = []
    if people:
        say(f"Sign in as any of these people at {options.url}/demo/ (they are fictional):")
        widths = [max(len(person[column]) for person in people) for column in (0, 1)]
        for name, who, where in people:
            say(f"  {name:<{widths[0]}}  {who:<{widths[1]}}  {where}")
    say("\nCtrl-C stops everything.")


@click.command()
@click.option("--population", type=click.IntRange(700), help="People in the region.")
@click.option("--people-file", type=click.Path(path_type=Path), help="Write the demo people here, as JSON.")
def demo_load(population: int | None, people_file: Path | None) -> None:
    """Load the demo region into the database, if it is not there yet."""
    database = LocalDatabase.for_this_process()
    with database.opened():
        database.set_up_django()
        from parvis.project import demo as region

        with stages() as progress:
            region.load(population=population, progress=progress)
        if people_file is not None:
            people = [[str(word) for word in person] for person in region.people()]
            people_file.write_text(json.dumps(people, ensure_ascii=False))


def _reset() -> None:
    if os.environ.get("DATABASE_URL"):
        raise Obstacle(
            "DATABASE_URL names a server of yours, which is not touched.",
            "Drop and create its database yourself, or unset DATABASE_URL.",
        )
    from parvis.project.postgres import Cluster

    folder = data_folder()
    Cluster(folder / "postgres").remove()
    for name in ("media", "static", "log"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / _PEOPLE).unlink(missing_ok=True)
    say("The demo's data are deleted. `make demo` makes them anew.")

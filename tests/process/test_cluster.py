"""The supervisor of PostgreSQL: nothing committed is lost, nothing is left running, obstacles are sentences."""

import os
import pwd
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import psycopg
import pytest

from parvis.project.obstacle import Obstacle
from parvis.project.postgres import Cluster, find_binaries
from parvis.project.postgres.place import Place, ServerUser
from parvis.project.postgres.process import PidFile

from .processes import alive, alive_below, wait_until

pytestmark = [pytest.mark.process, pytest.mark.needs_postgres]


@pytest.fixture
def folder(tmp_path_factory):
    """A folder that an unprivileged server may reach; pytest's own is private to its user."""
    import shutil
    import tempfile

    made = Path(tempfile.mkdtemp(prefix="parvis-test-", dir="/var/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def cluster(folder):
    """A durable cluster that runs."""
    cluster = Cluster(folder / "postgres")
    with cluster:
        yield cluster
    assert not alive_below(folder)


def test_it_starts_from_nothing_and_again_in_under_a_second(folder):
    cluster = Cluster(folder / "postgres")
    cluster.start()
    cluster.stop()
    began = time.monotonic()
    with cluster, psycopg.connect(cluster.app_url) as connection:
        assert time.monotonic() - began < 1
        assert connection.execute("SELECT current_user").fetchone() == ("parvis_app",)


def test_roles_are_what_the_house_relies_on(cluster):
    with cluster.connect() as connection:
        roles = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles "
            "WHERE rolname LIKE 'parvis%' ORDER BY 1"
        ).fetchall()
    assert roles == [("parvis_app", False, False, False, False), ("parvis_owner", False, False, False, False)]
    with psycopg.connect(cluster.owner_url) as connection:
        for extension in ("pg_trgm", "unaccent", "btree_gist", "fuzzystrmatch"):
            connection.execute(f"CREATE EXTENSION {extension}")
        lowered = connection.execute("SELECT lower('ÉCOLE'), unaccent('Sainte-Élisabeth')").fetchone()
    assert lowered == ("école", "Sainte-Elisabeth")


def test_a_weakened_role_is_put_right_at_the_next_start(cluster):
    with cluster.connect() as connection:
        connection.execute("ALTER ROLE parvis_app SUPERUSER BYPASSRLS")
    cluster.stop()
    cluster.start()
    with cluster.connect() as connection:
        found = connection.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'parvis_app'")
        assert found.fetchone() == (False, False)


def test_it_listens_on_no_port_and_lets_nobody_else_in(cluster):
    with cluster.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
    if os.geteuid() == 0:
        asked = subprocess.run(
            [cluster.binaries.program("psql"), cluster.app_url, "-c", "SELECT 1"],
            user="daemon",
            group="daemon",
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
        assert asked.returncode != 0
        assert "Permission denied" in asked.stderr


def test_kill_9_of_the_server_loses_no_committed_row(cluster):
    with cluster.connect("parvis") as connection:
        connection.execute("CREATE TABLE ledger (id bigint PRIMARY KEY)")
    committed = []

    def write():
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            for number in range(1_000_000):
                connection.execute("INSERT INTO ledger VALUES (%s)", [number])
                committed.append(number)

    def run():
        try:
            write()
        except psycopg.OperationalError:
            return

    writer = threading.Thread(target=run)
    writer.start()
    wait_until(lambda: len(committed) > 200)
    os.kill(cluster.pid, signal.SIGKILL)
    writer.join()
    wait_until(lambda: not cluster.is_alive())
    cluster.start()
    with cluster.connect("parvis") as connection:
        kept = {row[0] for row in connection.execute("SELECT id FROM ledger")}
    assert len(committed) > 200
    assert set(committed) <= kept
    assert len(kept) <= len(committed) + 1  # the row being committed when the server died may have made it


def test_a_stale_pid_file_of_another_program_is_no_obstacle(cluster):
    cluster.stop()
    (cluster.place.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.place.data}\n1\n5432\n\n\n\nready\n")
    cluster.start()
    assert cluster.is_alive()


def test_a_folder_that_was_opened_to_all_is_closed_again(folder):
    cluster = Cluster(folder / "postgres")
    cluster.start()
    cluster.stop()
    cluster.place.data.chmod(0o755)
    with cluster:
        assert cluster.place.data.stat().st_mode & 0o777 == 0o700


def test_a_second_supervisor_is_refused_in_one_sentence(cluster):
    with pytest.raises(Obstacle) as refusal:
        Cluster(cluster.place.wanted).start()
    assert f"process {os.getpid()}" in refusal.value.message
    assert "PARVIS_VAR" in refusal.value.remedy
    assert cluster.is_alive()


def run_supervisor(folder: Path, *, before: str = "") -> tuple[subprocess.Popen[str], int]:
    """A supervisor in a process of its own, and the process number of its server."""
    program = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from parvis.project.postgres import Cluster, process
        exec(sys.argv[2])
        cluster = Cluster(Path(sys.argv[1])).start()
        print(cluster.pid, flush=True)
        time.sleep(60)
    """)
    process = subprocess.Popen([sys.executable, "-c", program, str(folder), before], stdout=subprocess.PIPE, text=True)
    return process, int(process.stdout.readline())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent died")
def test_the_server_dies_with_its_supervisor(folder):
    supervisor, server = run_supervisor(folder / "postgres")
    assert alive(server)
    supervisor.kill()
    supervisor.wait()
    wait_until(lambda: not alive_below(folder))


def test_a_server_left_behind_is_stopped_at_the_next_start(folder):
    # As on a system that does not tell a child that its parent died.
    supervisor, server = run_supervisor(folder / "postgres", before="process.die_with_parent = lambda number: None")
    supervisor.kill()
    supervisor.wait()
    assert alive(server)
    with Cluster(folder / "postgres") as cluster:
        assert cluster.pid != server
        assert not alive(server)


def test_data_of_another_version_are_refused_in_one_sentence(folder):
    cluster = Cluster(folder / "postgres")
    cluster.start()
    cluster.stop()
    (cluster.place.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(Obstacle) as refusal:
        cluster.start()
    assert "PostgreSQL 14" in refusal.value.message
    assert "demo-reset" in refusal.value.remedy
    assert not alive_below(folder)


def test_a_full_disk_is_one_sentence(folder, monkeypatch):
    import shutil

    usage = shutil.disk_usage(folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1024 * 1024))
    with pytest.raises(Obstacle) as refusal:
        Cluster(folder / "postgres").start()
    assert "only 1 MB left" in refusal.value.message
    assert "Free some space" in refusal.value.remedy


def test_an_interrupted_initdb_leaves_no_half_cluster(folder):
    half = folder / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with Cluster(folder / "postgres") as cluster, cluster.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_missing_programs_are_one_sentence(folder, monkeypatch):
    monkeypatch.setenv("PARVIS_POSTGRES_BIN", str(folder))
    with pytest.raises(Obstacle, match="no PostgreSQL server program"):
        find_binaries()


def test_a_long_path_still_gives_a_socket(folder):
    deep = folder / ("a" * 60) / ("b" * 60)
    cluster = Cluster(deep / "postgres")
    try:
        with cluster, psycopg.connect(cluster.app_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.remove()
    assert not (deep / "postgres").exists()
    assert not Path(cluster.app_url.partition("host=")[2]).exists()


root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as somebody else")


@root_only
def test_root_runs_it_as_an_unprivileged_user(cluster):
    assert PidFile.read(cluster.place.data).pid == cluster.pid
    owner = Path(f"/proc/{cluster.pid}").stat().st_uid
    assert owner == pwd.getpwnam("nobody").pw_uid


@root_only
def test_a_private_parent_is_never_opened_up(folder):
    private = folder / "private"
    private.mkdir(mode=0o700)
    cluster = Cluster(private / "postgres")
    try:
        with cluster, psycopg.connect(cluster.app_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert private.stat().st_mode & 0o777 == 0o700
            assert cluster.place.elsewhere
        again = Place.prepare(private / "postgres")
        assert again.root == cluster.place.root
    finally:
        cluster.remove()
    assert not cluster.place.root.exists()


@root_only
@pytest.mark.skipif("PARVIS_POSTGRES_BIN" in os.environ, reason="only the embedded programs are ever copied")
def test_programs_that_user_cannot_reach_are_copied(folder, monkeypatch):
    monkeypatch.setattr(ServerUser, "can_enter", lambda user, path: folder in path.parents)
    with Cluster(folder / "postgres") as cluster, psycopg.connect(cluster.app_url) as connection:
        assert cluster.binaries.folder.is_relative_to(folder)
        assert connection.execute("SELECT 1").fetchone() == (1,)


@root_only
def test_without_an_unprivileged_user_it_is_one_sentence(folder, monkeypatch):
    monkeypatch.setenv("PARVIS_POSTGRES_USER", "nosuchuser")
    with pytest.raises(Obstacle, match="no user named nosuchuser"):
        Cluster(folder / "postgres")
    monkeypatch.setenv("PARVIS_POSTGRES_USER", "root")
    with pytest.raises(Obstacle, match="may not run as root"):
        Cluster(folder / "postgres")


@root_only
def test_an_ordinary_user_keeps_the_data_in_place(folder):
    """As `daemon`, in a child that gives up root for good."""
    user = pwd.getpwnam("daemon")
    home = folder / "home"
    home.mkdir(mode=0o700)
    os.chown(home, user.pw_uid, user.pw_gid)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
            cluster = Cluster(home / "var" / "postgres")
            with cluster, psycopg.connect(cluster.app_url) as connection:
                said = connection.execute("SELECT current_user").fetchone()[0]
                owner = Path(f"/proc/{cluster.pid}").stat().st_uid
            os.write(writer, f"{said} {owner} {cluster.place.root}".encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read()
    assert os.waitpid(child, 0)[1] == 0
    assert told == f"parvis_app {user.pw_uid} {home / 'var' / 'postgres'}"
    assert not alive_below(folder)

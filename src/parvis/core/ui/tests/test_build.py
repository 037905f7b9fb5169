"""What was built: the files' addresses and their weight on a rural line."""

import json

import pytest

from parvis.core.ui import views, vite

built = pytest.mark.skipif(not vite.manifest(), reason="the front end has not been built")
KB = 1000


def weight(url):
    """Return the bytes that travel for a built file: its Brotli copy when there is one."""
    path = vite.BUILT / url.split("/ui/dist/")[1]
    small = path.with_name(path.name + ".br")
    return (small if small.exists() else path).stat().st_size


def test_an_entry_lists_its_files(monkeypatch, tmp_path):
    monkeypatch.setattr(vite, "BUILT", tmp_path)
    chunk = {"file": "assets/main-12345678.js", "css": ["assets/main-abcdefgh.css"],
             "assets": ["assets/a-latin-ext-wght-1.woff2", "assets/a-latin-wght-2.woff2"]}  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps({"src/main.ts": chunk}))
    entry = vite.entry("main")
    assert entry.script == "/static/ui/dist/assets/main-12345678.js"
    assert entry.styles == ("/static/ui/dist/assets/main-abcdefgh.css",)
    assert entry.fonts == ("/static/ui/dist/assets/a-latin-wght-2.woff2",)
    with pytest.raises(KeyError):
        vite.entry("nothing")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/static/ui/dist/assets/main-DWFbs1Q7.css", True),
        ("/static/ui/dist/assets/map-worker-bc5e7f29.js", True),
        ("/static/ui/dist/manifest.json", False),
        ("/static/wagtailadmin/css/core.css", False),
    ],
)
def test_only_hashed_files_never_change(url, expected):
    assert vite.is_immutable("", url) is expected


@built
def test_the_first_view_leaves_room_for_the_page():
    entry = vite.entry("main")
    files = [entry.script, *entry.styles, *entry.fonts, vite.entry("theme").script]
    assert len(entry.fonts) == 1
    assert sum(map(weight, files)) < 60 * KB


@built
def test_the_map_engine_stays_under_its_budget_and_out_of_the_first_view():
    engine = [file for key, file in files_of("islands/engine")]
    workers = list((vite.BUILT / "assets").glob("map-worker-*.js"))
    assert len(workers) == 1
    total = sum(weight(vite.address(file)) for file in engine) + weight(vite.address(f"assets/{workers[0].name}"))
    assert total < 480 * KB
    main = (vite.BUILT / vite.manifest()["src/main.ts"]["file"]).read_text()
    assert "WEBGL" not in main.upper()


def files_of(name):
    """Yield the script and the style sheets of a part that is fetched on use."""
    chunk = next(chunk for key, chunk in vite.manifest().items() if name in key)
    yield "script", chunk["file"]
    for file in chunk.get("css", ()):
        yield "style", file


@built
def test_classic_scripts_stand_alone():
    for name in ("sw", "theme"):
        code = vite.path_of(name).read_text()
        assert "import" not in code
        assert "export" not in code


@built
def test_no_built_file_calls_another_site():
    css = "".join(path.read_text() for path in (vite.BUILT / "assets").glob("main-*.css"))
    assert "//" not in css.replace("http://www.w3.org", "")


@built
def test_the_service_worker_knows_the_shell(rf):
    request = rf.get("/sw.js")
    request.territory = None
    answer = views.service_worker(request)
    config = json.loads(answer.content.decode().split("=", 1)[1].split(";\n", 1)[0])
    assert vite.entry("main").script in config["shell"]
    assert config["offline"] == "/hors-ligne/"
    assert answer["Service-Worker-Allowed"] == "/"
    assert "no-cache" in answer["Cache-Control"]

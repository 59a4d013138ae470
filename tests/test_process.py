"""A corpus to tables on disk: the rows of the chain in memory, the same bytes every time, whatever happens."""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import dask.dataframe
import pandas as pd
import pytest

import helpers
from benchmarks.corpus import document
from helpers import archive, store
from helpers.__main__ import main
from helpers.crew import Crew
from helpers.documents import read_documents
from helpers.paths import ROOT, SEEDS
from helpers.store import NAMES, StoreError, load_tables
from helpers.tables import TABLES, frame

FIXTURES = ROOT / "tests" / "fixtures" / "articles"
ROWS = 20  # documents in a part: some of every corpus here


def in_memory(source) -> dict[str, pd.DataFrame]:
    documents = read_documents(source)
    articles = helpers.parse_articles(documents)
    figures, mentions = helpers.extract_figures(articles), helpers.find_partners(articles)
    links = helpers.find_links(articles, mentions)
    return dict(zip(NAMES, (documents, articles, figures, mentions, links), strict=True))


def assert_same(tables, expected) -> None:
    for name in NAMES:
        pd.testing.assert_frame_equal(tables[name], expected[name], obj=name)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def command(source, out, *more) -> list[str]:
    return [sys.executable, "-m", "helpers", "process", str(source), "--out", str(out), "--rows", str(ROWS), *more]


@pytest.fixture
def inline(monkeypatch):
    """A worker in this process: what is no test of the workers need not wait until they have begun."""

    @contextmanager
    def hired(*_):
        crew = Crew(lambda: ThreadPoolExecutor(1), BrokenExecutor, 1)
        yield crew
        crew.stop()

    monkeypatch.setattr(archive, "hired", hired)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    """Layouts of all sorts, with addresses and without, repeated articles and teasers, files that are no articles."""
    folder = tmp_path_factory.mktemp("corpus")
    shutil.copytree(SEEDS, folder / "seeds")
    shutil.copytree(FIXTURES, folder / "fixtures")
    for number in range(30):
        (folder / f"own-{number}.txt").write_text(document(number), encoding="utf-8")
    shutil.copy(folder / "own-3.txt", folder / "zz-again.txt")
    rows = []
    for number in range(40):  # every third has a date of its own, the others the numbers of their addresses
        date = f"Hanoi, {number % 27 + 1} juin 2021 (VNA) –" if number % 3 == 0 else "Hanoi (VNA) –"
        body = f"{date} Les ventes au Laos ont atteint {number} millions de dollars depuis janvier, en hausse de 3 %."
        url = f"https://fr.vietnamplus.vn/ventes-post{160000 + 37 * number}.vnp"
        rows.append({"text": f"Vente {number}\n\nChapeau {number}.\n\n{body}\n\nFin. -VNA", "url": url})
    text = "\n".join(map(json.dumps, rows))
    (folder / "table.jsonl").write_text(text + "\n{broken\n", encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 9)
    return folder


@pytest.fixture(scope="module")
def expected(corpus) -> dict[str, pd.DataFrame]:
    return in_memory(corpus)


@pytest.fixture(scope="module")
def whole(corpus, tmp_path_factory) -> Path:
    """What one worker wrote without being disturbed."""
    out = tmp_path_factory.mktemp("whole") / "out"
    helpers.process(corpus, out, workers=1, text=True, rows=ROWS)
    return out


def test_row_for_row_what_the_steps_give_in_memory(whole, expected):
    tables = load_tables(whole)
    assert_same(tables, expected)
    assert tables.counts == {name: len(expected[name]) for name in NAMES}
    assert tables.manifest["problems"] == expected["documents"]["problem"].notna().sum() > 2


def test_facts_of_the_whole_corpus_are_among_them(expected):
    articles = expected["articles"]
    assert articles["duplicate_of"].notna().sum() > 3
    assert articles["published_why"].str.contains("its address has number").sum() > 20


def test_the_same_bytes_whatever_the_number_of_workers(corpus, whole, tmp_path):
    helpers.process(corpus, tmp_path, workers=2, text=True, rows=ROWS)
    assert contents(tmp_path) == contents(whole)


def test_every_part_has_the_types_of_the_contract(whole):
    tables = load_tables(whole)
    for name in NAMES:
        for path in (whole / name).iterdir():
            assert store.read_frame(path).dtypes.to_dict() == frame(name).dtypes.to_dict()
        assert tables.dataset(name).count_rows() == tables.counts[name]
    assert tables.read("figures", ["unit", "value"]).columns.tolist() == ["unit", "value"]
    assert store.is_archive(whole)


def test_a_manifest_without_machine_or_hour(whole):
    manifest = json.loads((whole / "manifest.json").read_text(encoding="utf-8"))
    assert list(manifest) == ["versions", "settings", "rows", "problems", "parts"]
    assert {len(part["input"]) for part in manifest["parts"]} == {64}
    assert str(ROOT) not in json.dumps(manifest)


def test_nothing_to_read(tmp_path, inline):
    tables = helpers.process([], tmp_path / "none", workers=1)
    assert set(tables.counts.values()) == {0}
    assert_same(tables, {name: frame(name) for name in NAMES})


def test_documents_in_a_dask_frame(small, tmp_path, inline):
    documents = dask.dataframe.from_pandas(read_documents(small), npartitions=2, sort=False)
    assert_same(helpers.process(documents, tmp_path / "out", workers=1, text=True), in_memory(small))


def markers(out: Path, kind: str) -> int:
    return len(list((out / ".unfinished").glob(f"{kind}-*")))


def test_stopped_at_any_moment_and_resumed(corpus, whole, tmp_path, inline):
    draw, out = random.Random(0), tmp_path / "out"
    parts = len(json.loads((whole / "manifest.json").read_text(encoding="utf-8"))["parts"])
    run = command(corpus, out, "--text", "--workers", "1", "--resume")
    moments = [(kind, draw.randrange(parts // 2)) for kind in ("documents", "parsed", "extracted")]
    for number, (kind, least) in enumerate(moments):
        # What runs in the background ignores interruptions, and so would this.
        listen = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        process = subprocess.Popen(run, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=listen)
        while process.poll() is None and markers(out, kind) <= least:
            time.sleep(0.002)
        if number == 1:
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        else:
            process.kill()
        told = process.communicate(timeout=300)[1]
        if number == 1:
            assert process.returncode == 130 and "--resume" in told and "Traceback" not in told
        else:
            assert process.returncode == -signal.SIGKILL
        assert not store.is_archive(out)
        with pytest.raises(StoreError, match="no finished run"):
            load_tables(out)
    for _ in range(2):  # the second time, nothing is left to do
        assert main(run[3:]) == 3
        assert contents(out) == contents(whole)


@pytest.fixture
def small(tmp_path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(document(number), encoding="utf-8")
    return folder


def test_what_is_refused(small, tmp_path, inline):
    out = tmp_path / "out"
    helpers.process(small, out, workers=1)
    before = contents(out)
    with pytest.raises(StoreError, match="holds a run already"):
        helpers.process(small, out)
    with pytest.raises(StoreError, match=r"other settings \(text\)"):
        helpers.process(small, out, text=True, resume=True)
    (small / "3.txt").write_text("Un de plus.", encoding="utf-8")
    with pytest.raises(StoreError, match="not what the run began with"):
        helpers.process(small, out, resume=True)
    with store.locked(out), pytest.raises(StoreError, match="Another run"):
        helpers.process(small, out, resume=True)
    with pytest.raises(StoreError, match="not empty"):
        helpers.process(small, small.parent)
    with pytest.raises(StoreError, match="is read"):
        helpers.process(small, small / "out")
    assert contents(out) == before


def test_input_that_changes_before_the_run_goes_on(small, tmp_path, monkeypatch, inline):
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(archive, "_neighbours", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            helpers.process(small, out, workers=1, text=True, rows=1)
    (small / "2.txt").unlink()
    with pytest.raises(StoreError, match="not what the run began with"):
        helpers.process(small, out, workers=1, text=True, rows=1, resume=True)
    (small / "2.txt").write_text(document(2) + " ", encoding="utf-8")
    with pytest.raises(StoreError, match="not what the run began with"):
        helpers.process(small, out, workers=1, text=True, rows=1, resume=True)
    (small / "2.txt").write_text(document(2), encoding="utf-8")
    assert_same(helpers.process(small, out, workers=1, text=True, rows=1, resume=True), in_memory(small))


@pytest.mark.parametrize(
    ("number", "told"),
    [(errno.ENOSPC, "No space left"), (errno.EROFS, "Read-only"), (errno.EACCES, "Permission denied")],
)
def test_a_folder_that_cannot_be_written(small, tmp_path, monkeypatch, capsys, inline, number, told):
    def fail(_):
        raise OSError(number, os.strerror(number))

    out, arguments = tmp_path / "out", ["process", str(small), "--workers", "1", "--rows", "1", "--text", "--out"]
    with monkeypatch.context() as patch:
        patch.setattr(store.os, "fsync", fail)
        assert main([*arguments, str(out)]) == 1
    assert told in capsys.readouterr().err
    assert not any(path.is_file() for path in out.rglob("*"))
    assert number != errno.ENOSPC or main([*arguments, str(out), "--resume"]) == 0


def test_a_worker_that_cannot_write(small, tmp_path, inline):
    """The limit on a file's size is met by the workers alone: what the main process writes of one document is small."""
    limit = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (7000, 7000)); "
    run = "from helpers.__main__ import main; sys.exit(main(sys.argv[1:]))"
    out = tmp_path / "out"
    arguments = ["process", str(small), "--workers", "1", "--rows", "1", "--out", str(out)]
    done = subprocess.run([sys.executable, "-c", limit + run, *arguments], capture_output=True, text=True)
    assert done.returncode == 1 and "cannot be written" in done.stderr and "Traceback" not in done.stderr
    assert list((out / ".unfinished").glob("documents-*")) and not list(out.rglob(".*.tmp"))
    assert main([*arguments, "--resume"]) == 0


def test_lines_where_there_is_no_terminal(small, tmp_path, capsys, inline):
    assert main(["process", str(small), "--out", str(tmp_path / "out"), "--workers", "1", "--rows", "2"]) == 0
    told = capsys.readouterr()
    lines = told.err.splitlines()
    assert [line.partition(",")[0] for line in lines] == [
        "Cut into articles: 3 of 3 documents",
        "Find what they say: 3 of 3 documents",
    ]
    assert all("documents/s" in line and "left" in line for line in lines)
    assert told.out.startswith("Written: 3 documents, ")


def test_the_place_of_a_file(small, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["process", str(small), "--out", str(tmp_path / "file")]) == 1
    assert "File exists" in capsys.readouterr().err


POISON = """
import os, socket
import helpers.articles, helpers.links

def refuse(*_, **__):
    os._exit(99)

socket.socket.connect = socket.socket.bind = socket.getaddrinfo = refuse

def poisoned(inner, word, effect):
    def step(rows, *more):
        return effect() if rows["text"].str.contains(word).any() else inner(rows, *more)
    return step

helpers.articles.cut_articles = poisoned(helpers.articles.cut_articles, "Poison qui tue", lambda: os._exit(1))
helpers.links.find_links = poisoned(helpers.links.find_links, "Poison qui rate", lambda: 1 / 0)
"""


def test_documents_that_break_a_step_or_its_process_and_no_network(small, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(POISON)
    for what in ("tue", "rate"):
        (small / f"1-{what}.txt").write_text(f"Titre\n\nHanoi (VNA) – Poison qui {what}.", encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(tmp_path / "site"), os.environ.get("PYTHONPATH")]))
    run = command(small, tmp_path / "out", "--text", "--workers", "1")
    done = subprocess.run(run, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)
    assert done.returncode == 3 and "2 documents have a problem" in done.stdout, done.stderr
    tables, bad = load_tables(tmp_path / "out"), ["1-rate", "1-tue"]
    problems = tables["documents"].set_index("doc_id")["problem"].dropna()
    why = {"1-rate": "ZeroDivisionError", "1-tue": "the process died"}
    assert problems.to_dict() == {name: f"small/{name}.txt could not be taken apart ({why[name]})." for name in bad}
    assert tables["articles"]["doc_id"].isin(bad).sum() == len(bad)  # each keeps its row
    for name, rows in in_memory([path for path in sorted(small.iterdir()) if path.stem not in bad]).items():
        found = tables[name]
        key = "doc_id" if name in ("documents", "articles") else "article_id"
        found = found[~found[key].str.split("#").str[0].isin(bad)].reset_index(drop=True)
        columns = [column for column in TABLES[name] if column != "source" or name != "documents"]
        pd.testing.assert_frame_equal(found[columns], rows[columns])


def test_a_step_that_fails_without_any_document_stops_the_run(small, tmp_path, monkeypatch, inline):
    monkeypatch.setattr("helpers.articles.cut_articles", lambda _: 1 / 0)
    with pytest.raises(StoreError, match="ZeroDivisionError"):
        helpers.process(small, tmp_path / "out")
    assert not store.is_archive(tmp_path / "out")


def mutated(text: bytes, draw: random.Random) -> bytes:
    other, place = document(draw.randrange(99)).encode(), draw.randrange(len(text))
    some = bytearray(text)
    draw.shuffle(some)
    lines = [line for pair in zip(text.splitlines(), other.splitlines(), strict=False) for line in pair]
    return draw.choice(
        [
            text[:place],
            text[place:],
            bytes(some),
            text[:place] + bytes(some[:40]) + text[place:],
            text.decode().encode("utf-16"),
            text.decode().encode("utf-16-le"),
            text.decode().encode("cp1258", "replace"),
            text.decode().encode("latin-1", "replace").decode("latin-1").encode(),
            text.decode().encode().decode("latin-1").encode(),
            text + text,
            b"\n".join(lines),
            text.replace(b"\n\n", b" "),
            text.replace(b" ", b""),
            text[:place] + b"\0" + text[place:],
            bytes(reversed(text)),
            b"",
        ]
    )


def test_every_mutated_document_is_accounted_for(tmp_path, request):
    """`make soak` does 10,000 of them."""
    n, source, out = int(os.environ.get("MUTATED", "250")), tmp_path / "in", tmp_path / "out"
    source.mkdir()
    draw = random.Random(0)
    for number in range(n):
        kind = draw.choice([".txt"] * 9 + [".html"])
        (source / f"{number:06}{kind}").write_bytes(mutated(document(number).encode(), draw))
    if n < 1000:
        request.getfixturevalue("inline")
    tables = helpers.process(source, out, text=True)
    documents, articles = tables["documents"], tables.read("articles", ["doc_id", "article_id", "role", "source"])
    assert documents["doc_id"].tolist() == [f"{number:06}" for number in range(n)]
    assert articles.loc[articles["role"] == "article", "doc_id"].tolist() == documents["doc_id"].tolist()
    assert articles["article_id"].is_unique
    assert documents.loc[documents["text"] == "", "problem"].notna().all()
    texts = documents.set_index("doc_id")["text"]
    for name in ("figures", "mentions"):
        rows = tables.read(name, ["article_id", "start", "end", "surface"])
        assert len(rows) == tables.counts[name]
        for article_id, start, end, surface in rows.itertuples(index=False):
            assert texts[article_id.rpartition("#")[0]][start:end] == surface
    assert not documents["problem"].str.contains("could not be taken apart", na=False).any()


def test_names_cannot_lead_outside_the_folder(tmp_path, inline):
    source, place = tmp_path / "a" / "b" / "in", tmp_path / "a" / "b" / "out"
    source.mkdir(parents=True)
    names = ["../../evil", "/tmp/evil", "..", "a\u0000b", "C:\\evil", "manifest.json"]
    rows = "\n".join(json.dumps({"id": name, "text": document(k)}) for k, name in enumerate(names))
    (source / "rows.jsonl").write_text(rows, encoding="utf-8")
    with zipfile.ZipFile(source / "x.zip", "w") as archive_file:
        archive_file.writestr("../../../evil.txt", document(9))
    tables = helpers.process([source, source / "x.zip"], place, workers=1)
    assert set(names) <= set(tables["documents"]["doc_id"])
    here = {path.relative_to(tmp_path).parts[:3] for path in tmp_path.rglob("*") if path.is_file()}
    assert here == {("a", "b", "in"), ("a", "b", "out")}
    written = {path.suffix for path in place.rglob("*") if path.is_file()}
    assert written == {".json", ".parquet"}


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers of Dask on this machine: its address and their processes."""
    began, place = [], tmp_path / "scheduler.json"

    def dask(what: str, *more: str) -> subprocess.Popen:
        options = ["--scheduler-file", str(place), "--host", "127.0.0.1", "--no-dashboard", *more]
        with (tmp_path / f"{what}.log").open("a") as log:
            began.append(subprocess.Popen([sys.executable, "-m", "dask", what, *options], stdout=log, stderr=log))
        return began[-1]

    dask("scheduler", "--port", "0")
    workers = [
        dask("worker", "--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path / "local")) for _ in range(2)
    ]
    limit = time.monotonic() + 120
    while not place.exists() and time.monotonic() < limit:
        time.sleep(0.05)
    yield json.loads(place.read_text())["address"], workers
    for process in began:
        process.kill()
        process.wait()


def test_a_cluster_that_loses_a_worker_writes_the_same_bytes(corpus, whole, tmp_path, cluster):
    (address, workers), out = cluster, tmp_path / "out"
    run = subprocess.Popen(
        command(corpus, out, "--text", "--engine", "dask", "--scheduler", address), stderr=-1, text=1
    )
    while run.poll() is None and markers(out, "parsed") < 1:
        time.sleep(0.002)
    assert run.poll() is None and all(worker.poll() is None for worker in workers)
    workers[0].kill()
    told = run.communicate(timeout=300)[1]
    assert run.returncode == 3, told
    assert workers[1].poll() is None
    assert contents(out) == contents(whole)

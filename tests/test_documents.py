"""Every format, encoding and kind of damage: what can be read is read, what cannot keeps its row and a sentence."""

import gzip
import json
import os
import random
import sys
import time

import fsspec
import pandas as pd
import pyarrow as pa
import pytest
from fsspec.implementations.local import LocalFileSystem

from helpers import documents as reading
from helpers.articles import parse_articles
from helpers.documents import decode, iter_documents, read_documents
from helpers.paths import SEEDS
from helpers.tables import TABLES

TEXT = "Hué (VNA) – Le café de Đắk Lắk s’est vendu 3.500 dollars la tonne.\n\nL’été sera sec. -VNA\n"
ROWS = [
    {"id": "n1", "url": "https://x.vn/a-post1.vnp", "text": TEXT, "date": "2023-11-05T08:00:00Z"},
    {"id": "n2", "url": None, "text": "Deuxième page.", "date": None},
]


def write(folder, name, data):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def parquet(table):
    sink = pa.BufferOutputStream()
    pa.parquet.write_table(table, sink)
    return sink.getvalue().to_pybytes()


def packed(codec, data):
    return pa.compress(data, codec=codec, asbytes=True) if codec == "zstd" else gzip.compress(data, mtime=0)


def only(path):
    documents = read_documents(path)
    assert len(documents) == 1
    return documents.iloc[0]


CONTENTS = {
    ".jsonl": "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode(),
    ".csv": pd.DataFrame(ROWS).to_csv(index=False).encode(),
    ".parquet": parquet(pa.Table.from_pylist(ROWS)),
}


def test_the_seeds_are_read_verbatim_and_in_order():
    documents = read_documents(SEEDS)
    assert list(documents.columns) == list(TABLES["documents"])
    paths = sorted(SEEDS.glob("*.txt"))
    assert documents.doc_id.tolist() == [path.stem for path in paths]
    assert [text.encode() for text in documents.text] == [path.read_bytes() for path in paths]
    assert documents.problem.isna().all()
    assert documents.source.tolist() == [f"seeds/{path.name}" for path in paths]


@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
@pytest.mark.parametrize("kind", CONTENTS)
def test_tables_packed_or_not(tmp_path, kind, packing):
    data = CONTENTS[kind] if not packing else packed({".gz": "gzip", ".zst": "zstd"}[packing], CONTENTS[kind])
    documents = read_documents(write(tmp_path, f"news{kind}{packing}", data))
    assert documents.doc_id.tolist() == ["n1", "n2"]
    assert documents.text.tolist() == [row["text"] for row in ROWS]
    assert documents.url.fillna("").tolist() == ["https://x.vn/a-post1.vnp", ""]
    assert documents.fetched.tolist() == [pd.Timestamp("2023-11-05"), pd.NaT]
    assert documents.source.tolist() == [f"news{kind}{packing}:1", f"news{kind}{packing}:2"]
    assert documents.problem.isna().all()


@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
def test_text_packed_or_not(tmp_path, packing):
    data = TEXT.encode() if not packing else packed({".gz": "gzip", ".zst": "zstd"}[packing], TEXT.encode())
    row = only(write(tmp_path, f"page.txt{packing}", data))
    assert (row.doc_id, row.text) == ("page", TEXT)


@pytest.mark.parametrize(
    "names",
    [
        ("Raw_Content", "Source_URL", "Crawl_Date", "ID"),
        ("CONTENT", "link", "date", "doc_id"),
        ("Body", "URL", "fetched", "id"),
        ("article", "url", "timestamp", "uuid"),
    ],
)
def test_usual_column_names_are_found_whatever_their_case(tmp_path, names):
    line = json.dumps(dict(zip(names, ["Un texte.", "http://a", "20200102030405", 7], strict=True)))
    row = only(write(tmp_path, "news.jsonl", line))
    assert (row.text, row.url, row.fetched, row.doc_id) == ("Un texte.", "http://a", pd.Timestamp("2020-01-02"), "7")


def test_the_best_column_wins(tmp_path):
    line = json.dumps({"date": "2019-01-01", "content": "B.", "text": "A.", "fetched": "2020-01-01"})
    row = only(write(tmp_path, "news.jsonl", line))
    assert (row.text, row.fetched) == ("A.", pd.Timestamp("2020-01-01"))


@pytest.mark.parametrize(
    ("encoding", "says"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("utf-32", None),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_encodings_are_detected_and_said(tmp_path, encoding, says):
    text = "Hué – le café s’exporte « bien » : à l’été, œuvre achevée.\r\nFin.\r\n"
    row = only(write(tmp_path, "page.txt", text.encode(encoding)))
    assert row.text == text
    assert (row.problem is pd.NA) if says is None else (says in row.problem and row.problem.startswith("page.txt"))


def test_decomposed_letters_and_line_ends_stay_verbatim(tmp_path):
    text = "Hue\u0301 (VNA)\r\n\r\nA\u0300 la\r\n"
    assert only(write(tmp_path, "page.txt", text)).text == text


@pytest.mark.parametrize(
    ("name", "data", "says", "keeps"),
    [
        ("empty.txt", b"", "is empty", ""),
        ("blank.txt", b" \n\n", "is empty", ""),
        ("mark.txt", b"\xef\xbb\xbf", "is empty", ""),
        ("mark16.txt", b"\xff\xfe", "is empty", ""),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "binary", ""),
        ("noise.txt", bytes(range(1, 256)) * 9, "binary", ""),
        ("cut.txt", TEXT.encode() + "é".encode()[:1], "middle", TEXT),
        ("odd.txt", ("é" * 50 + "x").encode() + b"\xff" + b" fin", "not UTF-8", "é" * 50),
        ("fake.txt.gz", b"no archive", "sound gzip archive", ""),
        ("fake.csv.zst", b"no archive", "sound zstd archive", ""),
        ("short.txt.gz", gzip.compress(b"x" * 9999)[:-20], "sound gzip archive", ""),
        ("fake.parquet", b"PAR1 no table", "sound Parquet", ""),
        ("none.parquet", parquet(pa.table({"headline": ["a"], "n": [1]})), "no text column", ""),
        ("none.csv", b"headline,n\na,1\n", "no text column", ""),
        ("header.csv", b"text,url\n", "no rows", ""),
        ("empty.html", b"<html><body></body></html>", "without an article", ""),
    ],
)
def test_bad_files_keep_a_row_and_do_no_harm(tmp_path, name, data, says, keeps):
    write(tmp_path, name, data)
    write(tmp_path, "zz_sound.txt", TEXT)
    documents = read_documents(tmp_path)
    bad, sound = documents.iloc[0], documents.iloc[1]
    assert bad.problem.startswith(f"{tmp_path.name}/{name} ") and says in bad.problem and bad.problem.endswith(".")
    assert bad.text.startswith(keeps) if keeps else bad.text == ""
    assert sound.text == TEXT and pd.isna(sound.problem)
    articles = parse_articles(documents)
    assert f"{bad.doc_id}#0" in set(articles.article_id)


def test_missing_and_empty_folders_are_named(tmp_path):
    (tmp_path / "void").mkdir()
    documents = read_documents([tmp_path / "void", tmp_path / "gone", tmp_path / "gone.txt"])
    assert documents.problem.tolist() == ["void holds no article.", "gone does not exist.", "gone.txt does not exist."]
    assert (documents.text == "").all()
    articles = parse_articles(documents)
    assert articles.article_id.tolist() == ["void#0", "gone#0", "gone.txt#0"]
    assert articles.body.isna().all() and articles.title.isna().all()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(tmp_path):
    path = write(tmp_path, "closed.txt", TEXT)
    path.chmod(0)
    assert only(path).problem == "closed.txt may not be read: permission denied."


@pytest.mark.parametrize("method", ["info", "open"])
def test_a_file_that_the_system_refuses_is_named(tmp_path, monkeypatch, method):
    path = write(tmp_path, "closed.txt", TEXT)
    write(tmp_path, "zz.txt", TEXT)
    allowed = getattr(LocalFileSystem, method)

    def refuse(self, place, *arguments, **options):
        if place == str(path):
            raise PermissionError(13, "denied", place)
        return allowed(self, place, *arguments, **options)

    monkeypatch.setattr(LocalFileSystem, method, refuse)
    documents = read_documents(tmp_path)
    assert documents.problem[0] == f"{tmp_path.name}/{path.name} may not be read: permission denied."
    assert documents.text.tolist() == ["", TEXT]


def test_a_folder_that_the_system_refuses_is_named(tmp_path, monkeypatch):
    write(tmp_path, "closed/page.txt", TEXT)
    scan = os.scandir

    def refuse(path):
        if os.fspath(path).endswith("closed"):
            raise PermissionError(13, "denied", os.fspath(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert only(tmp_path).problem.startswith(f"{tmp_path.name}/closed ")


def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(path := tmp_path / "pipe.txt")
    for source in (path, path.as_uri()):
        assert only(source).problem == "pipe.txt is not a file."


def test_broken_rows_of_a_csv_are_named_and_the_others_kept(tmp_path):
    page = 'id,text,url\na,"Un, deux.\nTrois.",u\nb,trop,de,champs\nc,court\nd,"jamais fermé,u\ne,"Fin ""citée"".",u\n'
    documents = read_documents(write(tmp_path, "t.csv", page))
    assert documents.text.tolist() == ["Un, deux.\nTrois.", "", "court", "", 'Fin "citée".']
    assert documents.problem.notna().tolist() == [False, True, True, True, False]
    assert documents.problem[1] == "t.csv, row 2 has 4 fields instead of 3."
    assert documents.problem[3] == "t.csv, row 4 has a broken quotation."


def test_broken_rows_of_a_jsonl_are_named_and_the_others_kept(tmp_path):
    lines = [
        '{"text": "Un."}',
        "{broken",
        '["Liste"]',
        '{"title": "sans texte"}',
        '{"text": "\\ud83d"}',
        "[" * 99999,
        '{"text": "Fin."}',
    ]
    documents = read_documents(write(tmp_path, "t.jsonl", "\n".join(lines)))
    assert documents.text.tolist() == ["Un.", "", "", "", "\ufffd", "", "Fin."]
    assert documents.problem.notna().tolist() == [False, True, True, True, False, True, False]
    assert documents.problem[1] == "t.jsonl, row 2 is not a JSON object."


def test_parquet_cells_of_other_types(tmp_path):
    table = pa.table(
        {
            "content": pa.array([b"Un.", None, "Hu\xe9.".encode()], pa.binary()),
            "id": pa.array([7, 7, None]),
            "date": pa.array([pd.Timestamp("2021-03-04 05:06"), None, None], pa.timestamp("us")),
        }
    )
    documents = read_documents(write(tmp_path, "t.parquet", parquet(table)))
    assert documents.doc_id.tolist() == ["7", "t.parquet:2", "t:3"]
    assert documents.text.tolist() == ["Un.", "", "Hué."]
    assert documents.problem.tolist()[1] == "t.parquet, row 2 has no text."
    assert documents.fetched[0] == pd.Timestamp("2021-03-04")


def test_html_gives_the_article_with_its_paragraphs(tmp_path):
    menu = "".join(f"<li><a href='/{i}'>Rubrique {i}</a></li>" for i in range(20))
    text = ["Le marché du caoutchouc repart à la hausse après deux années de baisse, selon la fédération."] * 3
    body = "".join(f"<p>{number} : {paragraph}</p>" for number, paragraph in enumerate(text))
    head = "<title>Le caoutchouc repart</title><link rel='canonical' href='https://fr.example.org/a-post77.vnp'>"
    page = f"<html><head>{head}</head><body><nav><ul>{menu}</ul></nav><article><h1>Le caoutchouc repart</h1>{body}"
    row = only(write(tmp_path, "page.html", page))
    assert row.text.split("\n")[0] == "Le caoutchouc repart"
    assert [line for line in row.text.split("\n") if line.startswith(("0", "1", "2"))] == [
        f"{number} : {paragraph}" for number, paragraph in enumerate(text)
    ]
    assert "Rubrique" not in row.text
    assert row.url == "https://fr.example.org/a-post77.vnp"


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 10_000 + "Un texte." + "</div>" * 10_000,
        "<p>" + "<b><i>" * 5_000 + "x",
        "<!--" * 5_000,
        "<html><body><script>alert('x')</script><p onclick='y'>Texte &#0; &#xD800; &#99999999;</p>",
        "<![CDATA[" + "<" * 20_000,
        "<a href='" + "x" * 100_000,
    ],
)
def test_hostile_markup_never_raises(tmp_path, page):
    row = only(write(tmp_path, "page.html", page))
    assert row.text or row.problem
    assert "alert" not in row.text


def test_folders_are_read_in_a_stable_order_with_unique_names(tmp_path):
    for name in (
        "b/page.txt",
        "a/page.txt",
        "page.html",
        "page.txt",
        "B.TXT",
        ".hidden.txt",
        "notes.md",
        "c/rows.jsonl",
    ):
        write(tmp_path, name, '{"id": "page", "text": "Un."}' if name.endswith("l") else "Un.")
    documents = read_documents(tmp_path)
    root = tmp_path.name
    assert documents.source.tolist() == [
        f"{root}/{name}" for name in ("B.TXT", "page.html", "page.txt", "a/page.txt", "b/page.txt", "c/rows.jsonl:1")
    ]
    assert documents.doc_id.is_unique and documents.doc_id[0] == "B"
    assert read_documents(tmp_path, pattern="page.*").source.tolist() == documents.source.tolist()[1:5]
    assert read_documents([tmp_path, tmp_path]).doc_id.is_unique
    assert read_documents(tmp_path).equals(documents)


@pytest.mark.parametrize("limits", [{}, {"rows": 1}, {"rows": 2}, {"characters": 5}])
def test_batches_together_are_what_one_reading_gives(tmp_path, limits):
    for name in ("a/page.txt", "b/page.txt", "c/void.txt"):
        write(tmp_path, name, "" if "void" in name else TEXT)
    for kind, data in CONTENTS.items():
        write(tmp_path, f"d/news{kind}", data)
        write(tmp_path, f"e/news{kind}.gz", gzip.compress(data, mtime=0))
    sources = [tmp_path, tmp_path / "gone", tmp_path / "a"]
    batches = list(iter_documents(sources, **limits))
    assert pd.concat(batches, ignore_index=True).equals(read_documents(sources))
    assert all(len(batch) and batch.index[0] == 0 for batch in batches)
    assert max(map(len, batches)) <= limits.get("rows", 1000)
    if "characters" in limits:
        assert all(batch.text.str.len()[:-1].sum() < limits["characters"] for batch in batches)
    assert list(iter_documents([])) == []


def test_the_first_of_a_name_keeps_it_the_others_are_named_by_their_source(tmp_path):
    for name in ("a/page.txt", "b/page.txt"):
        write(tmp_path, name, "Un.")
    root = tmp_path.name
    names = ["page", *(f"{root}/{name}" for name in ("b/page.txt", "a/page.txt", "b/page.txt~2", "a/page.txt~2"))]
    assert read_documents([tmp_path, tmp_path]).doc_id.tolist() == names[:4]
    assert read_documents([tmp_path, tmp_path, tmp_path]).doc_id.tolist()[4] == names[4]


def test_tables_are_streamed(tmp_path, monkeypatch):
    """A table may be larger than what a page may be; a row may not."""
    rows = "".join(json.dumps({"id": f"r{i}", "text": "Un texte."}) + "\n" for i in range(500))
    write(tmp_path, "t.jsonl", rows)
    write(tmp_path, "t.jsonl.gz", gzip.compress(rows.encode(), mtime=0))
    write(tmp_path, "u.csv", "id,text\n" + "".join(f"s{i},Un texte.\n" for i in range(500)))
    monkeypatch.setattr(reading, "LARGEST", 1000)
    documents = read_documents(tmp_path)
    assert len(documents) == 1500 and documents.problem.isna().all()
    long = write(tmp_path, "long.jsonl", rows[:200] + json.dumps({"text": "x" * 2000}))
    assert read_documents(long).problem.dropna().tolist() == ["long.jsonl has a row of more than 1,000 characters."]
    assert "larger than" in only(write(tmp_path, "long.txt.gz", gzip.compress(b"x" * 2000))).problem


def test_a_text_longer_than_any_article_is_left_out_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST", 1000)
    rows = [{"text": "x" * 1001}, {"text": "x" * 1000}]
    documents = read_documents(write(tmp_path, "t.jsonl", "\n".join(map(json.dumps, rows))))
    assert documents.text.str.len().tolist() == [0, 1000]
    assert documents.problem[0] == "t.jsonl, row 1 has 1,001 characters, more than 1,000: cut it into articles."
    assert "cut it into articles" in only(write(tmp_path, "t.txt", "x" * 1001)).problem
    page = "<html><body><article><h1>T</h1>" + "<p>Le riz part.</p>" * 200
    assert "cut it into articles" in only(write(tmp_path, "t.html", page)).problem


def test_a_cut_archive_gives_its_sound_rows(tmp_path):
    noise = random.Random(0)
    rows = "".join(json.dumps({"id": f"r{i}", "text": noise.randbytes(40).hex()}) + "\n" for i in range(5000))
    documents = read_documents(write(tmp_path, "t.jsonl.gz", gzip.compress(rows.encode())[:-9000]))
    assert len(documents) > 1000 and documents.doc_id.tolist()[:1000] == [f"r{i}" for i in range(1000)]
    assert documents.problem.dropna().tolist() == ["t.jsonl.gz is not a sound gzip archive."]


def test_a_line_in_another_encoding_is_decoded_alone(tmp_path):
    lines = ['{"text": "Été."}'.encode(), '{"text": "Hué, été."}'.encode("cp1252"), '{"text": "Fin é."}'.encode()]
    documents = read_documents(write(tmp_path, "t.jsonl", b"\n".join(lines)))
    assert documents.text.tolist() == ["Été.", "Hué, été.", "Fin é."]
    assert documents.problem.fillna("").tolist() == ["", "t.jsonl, row 2 is not UTF-8; read as Windows-1252.", ""]


def test_an_endless_quotation_gives_up_its_line_alone(tmp_path):
    rows = 'id,text\na,"Jamais fermé\n' + "".join(f"s{i},Un texte.\n" for i in range(30_000))
    documents = read_documents(write(tmp_path, "t.csv", rows))
    assert len(documents) == 30_001
    assert documents.problem.dropna().tolist() == ["t.csv, row 1 has a broken quotation."]


def test_object_storage_is_read_through_its_address(tmp_path):
    memory = fsspec.filesystem("memory")
    for name, data in {"b/page.txt": TEXT.encode(), "a/page.txt": b"", ".hidden/x.txt": b"Un."}.items():
        memory.pipe(f"/store/{name}", data)
        write(tmp_path, f"store/{name}", data)
    for kind, data in CONTENTS.items():
        memory.pipe(f"/store/news{kind}", data)
        memory.pipe(f"/store/packed{kind}.gz", gzip.compress(data, mtime=0))
        write(tmp_path, f"store/news{kind}", data)
        write(tmp_path, f"store/packed{kind}.gz", gzip.compress(data, mtime=0))
    assert read_documents("memory://store").equals(read_documents(tmp_path / "store"))
    assert only("memory://store/b/page.txt").text == TEXT
    assert only("memory://store/none.txt").problem == "none.txt does not exist."
    assert only("nosuch://store/page.txt").problem == "page.txt could not be reached."


def test_an_address_whose_library_is_absent_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    assert only("s3://bucket/page.txt").problem == "page.txt could not be reached (Install s3fs to access S3)."


def test_a_relative_source_is_shown_as_given_an_absolute_one_never(tmp_path, monkeypatch):
    write(tmp_path, "corpus/page.txt", "")
    monkeypatch.chdir(tmp_path)
    assert read_documents("corpus").source.tolist() == ["corpus/page.txt"]
    absolute = read_documents(tmp_path / "corpus" / "page.txt")
    assert absolute.source.tolist() == ["page.txt"] and str(tmp_path) not in absolute.problem[0]


def test_no_source_gives_an_empty_frame():
    documents = read_documents([])
    assert len(documents) == 0 and list(documents.columns) == list(TABLES["documents"])


def test_a_file_name_that_is_no_text(tmp_path):
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("Un.")
    except OSError:
        pytest.skip("this file system takes UTF-8 names alone")
    assert read_documents(tmp_path).text.tolist() == ["Un."]


def test_time_grows_with_the_size_of_the_file():
    def seconds(size):
        data = ("é " * size).encode()
        begun = time.process_time()
        decode(data)
        return time.process_time() - begun

    seconds(1000)
    assert seconds(4_000_000) < 12 * max(seconds(1_000_000), 0.01)

"""The scores of 06_accuracy: they count what stands in the files, see every fault, and correct counts as published."""

import json

import numpy as np
import pandas as pd
import pytest

from helpers import evaluation
from helpers.accuracy import compare
from helpers.evaluation import FIXTURES, SETS, TASKS, annotated, benchmark_table, corrected, errors, score_fixtures


@pytest.mark.parametrize("task", TASKS)
def test_every_annotated_row_is_counted_once(task):
    found, gold, texts = annotated(task)
    scores = score_fixtures(task)
    whole = scores[scores["class"] == "all"].set_index("set")
    assert whole["n_gold"].sum() == len(gold) and whole["n_found"].sum() == len(found)
    assert list(whole.index) == [name for name in SETS if name in whole.index] != []
    parts = scores[scores["class"] != "all"].groupby("set")[["n_gold", "n_found", "right"]].sum()
    pd.testing.assert_frame_equal(parts, whole.loc[parts.index, parts.columns], check_names=False, check_dtype=False)
    rounds = score_fixtures(task, by="round")
    assert rounds[rounds["class"] == "all"]["right"].sum() == whole["right"].sum()
    for row in gold[gold["end"] > gold["start"]].itertuples():
        assert 0 <= row.start < row.end <= len(texts[row.round, row.text_id])


@pytest.mark.parametrize(
    ("task", "inside"), [("figures", "figures"), ("dates", "periods"), ("links", "links"), ("articles", None)]
)
def test_the_files_of_the_tests_are_read_whole(task, inside):
    rows = [json.loads(line) for line in (FIXTURES / f"{task}.jsonl").read_text(encoding="utf8").splitlines()]
    _, gold, texts = annotated(task)
    own = gold[gold["round"] != "seeds"]
    if inside:
        assert len(own) == sum(len(row[inside]) for row in rows)
        assert len({key for key in texts if key[0] != "seeds"}) == len(rows)
    else:
        assert own["text_id"].nunique() == len(rows)


@pytest.mark.parametrize("task", TASKS)
def test_right_missed_and_invented_add_up(task):
    scores = score_fixtures(task)
    whole, wrong = scores[scores["class"] == "all"], errors(task)
    counts = wrong["error"].value_counts()
    assert counts.get("missed", 0) == (whole["n_gold"] - whole["right"]).sum()
    assert counts.get("invented", 0) == (whole["n_found"] - whole["right"]).sum()
    assert wrong["sentence"].str.len().gt(0).all()


def test_an_error_is_seen_and_shown_with_its_sentence(monkeypatch):
    found, gold, texts = annotated("figures")
    row = gold.index[gold["set"] == "unseen"][0]
    spoilt = found.drop(
        found.index[(found[["round", "text_id", "start"]] == gold.loc[row, ["round", "text_id", "start"]]).all(axis=1)]
    )
    monkeypatch.setattr(evaluation, "annotated", lambda task: (spoilt, gold, texts))
    before, after = (compare(rows, gold, ["round", "text_id", "start", "end", "reading"]) for rows in (found, spoilt))
    assert after["recall"].item() < before["recall"].item()
    last = errors("figures").query("error == 'missed' and reading == @gold.reading[@row]")
    assert any(surface in sentence for surface, sentence in zip(last["surface"], last["sentence"], strict=True))


def test_what_is_misread_is_missed_and_invented(monkeypatch):
    found, gold, texts = annotated("dates")
    spoilt = found.copy()
    spoilt.loc[spoilt.index[0], "reading"] = "1066"
    monkeypatch.setattr(evaluation, "annotated", lambda task: (spoilt, gold, texts))
    wrong = errors("dates")
    both = wrong[wrong["sentence"] == wrong.loc[wrong["reading"] == "1066", "sentence"].item()]
    assert {"missed", "invented"} <= set(both["error"])


def test_a_corrected_count_covers_the_truth_in_about_95_of_100_samples():
    rng, inside, runs = np.random.default_rng(0), 0, 400
    for _ in range(runs):
        right = rng.binomial(300, 0.8)  # of 300 annotated rows
        sample = compare(*(pd.DataFrame({"x": range(n)}) for n in (right, 300)), ["x"]).iloc[0].copy()
        invented = rng.binomial(round(right / 0.9), 0.1)
        share = compare(pd.DataFrame({"x": range(right + invented)}), pd.DataFrame({"x": range(right)}), ["x"]).iloc[0]
        for name in ("precision", "precision_low", "precision_high"):
            sample[name] = share[name]
        _, low, high = corrected(1000, sample)
        inside += low <= 1000 * 0.9 / 0.8 <= high
    assert 0.93 <= inside / runs <= 0.99


def test_where_nothing_was_right_nothing_is_known():
    nothing = compare(pd.DataFrame({"x": [1]}), pd.DataFrame({"x": [2]}), ["x"]).iloc[0]
    middle, low, high = corrected(10, nothing)
    assert np.isnan(middle) and (low, high) == (0, float("inf"))


def test_results_of_the_benchmark_are_quoted_or_left_out(tmp_path, monkeypatch):
    path = tmp_path / "RESULTS.md"
    monkeypatch.setattr(evaluation, "RESULTS", path)
    assert benchmark_table("Figures beside the peers").empty
    table = "| system | recall |\n|---|---|\n| ours | 0.98 |"
    path.write_text(f"# R\n\n## Figures beside the peers\n\nText.\n\n{table}\n\n## Next\n\n| a |\n|-|\n| b |\n")
    assert benchmark_table("Figures beside the peers").to_dict("records") == [{"system": "ours", "recall": "0.98"}]
    assert benchmark_table("Nowhere").empty

"""Tables of the suites read what was run, and the README gets what is made between its marks."""

import sys
from pathlib import Path

import pytest
from benching_cases import comparison, trial

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import plots
import results


def test_proofs_have_medians_and_say_how_many_are_proven():
    runs = [trial(instance="counties-00", seed=seed, value=10.0, bound=10.0, status="optimal") for seed in range(3)]
    runs += [trial(instance="counties-01", seed=seed, value=20.0, bound=bound) for seed, bound in enumerate((10.0, 19.0, None))]
    lines = results.proofs(runs)
    assert "| counties-00 | 3 | 3 | 10 | 10 | 0.0 % | 3 | 100 | optimal |" in lines
    assert "| counties-01 | 3 | 3 | 20 | 19 | 50.0 % | 0 | 100 | feasible |" in lines
    assert lines[-1] == "counties: 1 of 2 proven, median gap 25.0 %, worst 50.0 %."


def test_phases_have_their_seconds():
    spent = {f"{phase}_seconds": float(k) for k, phase in enumerate(results.PHASES)}
    assert results.phases([trial(**spent, bound=0.25)])[-1] == "| here | 60 × 3 | 0.0 | 1.0 | 2.0 | 3.0 | 4.0 | 5.0 | 100 | 3 | 1.0000 | 0.2500 |"


def test_what_is_made_goes_between_its_marks():
    text = "a\n<!-- made: one -->\nold\n<!-- end -->\nb\n<!-- made: two -->\n<!-- end -->\n"
    made = results.between_marks(text, {"one": ["new", "lines"], "two": ["x\\1"]})
    assert made == "a\n<!-- made: one -->\nnew\nlines\n<!-- end -->\nb\n<!-- made: two -->\nx\\1\n<!-- end -->\n"
    assert results.between_marks(made, {"one": ["new", "lines"]}) == made
    with pytest.raises(ValueError, match="0 marks"):
        results.between_marks(text, {"three": []})


def test_the_readme_has_every_mark():
    blocks = {name: ["made"] for name in ("run", "settings", "instances", "values", "library")}
    assert results.between_marks(results.README.read_text(encoding="utf-8"), blocks).count("\nmade\n") == 5


def test_profiles_are_drawn_with_a_name_beside_each_curve(tmp_path):
    from matplotlib.figure import Figure

    found = comparison(trial(status="optimal", bound=1.0, solve_seconds=1.0), trial("b", status="optimal", bound=1.0, solve_seconds=3.0))
    ax = plots.draw_profiles(Figure().subplots(), found.profiles(found.settled, 1.0), "settled")
    assert [text.get_text() for text in ax.texts] == ["default", "b"]
    # the second takes 3 s, the first 1 s, and 1 s is added to both: twice as much
    assert [line.get_xdata().tolist() if hasattr(line.get_xdata(), "tolist") else list(line.get_xdata()) for line in ax.lines] == [
        [1.0, 100.0],
        [1.0, 2.0, 100.0],
    ]
    assert [path.name for path in plots.write(found, tmp_path)] == ["settings-profiles.png"]

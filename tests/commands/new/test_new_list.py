"""What to download for a district of which only the NCES id is known: no network, exact names, wrong ids refused."""

from __future__ import annotations

import json
import re
import socket

import pytest
from public_folder import LEAID, write_public_folder

from rezoning.commands.new.asking import AnswerError
from rezoning.commands.new.download import download_list, leaid_of
from rezoning.commands.new.states import PARTED, STATES


@pytest.fixture
def call(call, monkeypatch):
    """Run the command line with no way out; gives exit code, stdout and stderr."""

    def no_network(*_):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "create_connection", no_network)
    monkeypatch.setattr(socket.socket, "connect", no_network)

    return call


def test_a_list_names_every_file_of_the_state(call):
    code, out, _ = call("new", "--list", "5103000")
    assert code == 0
    for name in ("tl_2020_51_tabblock20.zip", "tl_2024_51_unsd.zip", "BlockAssign_ST51_VA.zip", "ccd_sch_029_2425_w_1a_073025.zip", "SABS_1516.zip",
                 "EDGE_GEOCODE_PUBLICSCH_2425.zip", "tl_2024_51CCC_edges.zip", "virginia-latest.osm.pbf", "B17001"):  # fmt: skip
        assert name in out
    assert "left open until the blocks are there" in " ".join(out.split())
    assert re.search(r"as they were in 2015-16: \d+ years old", " ".join(out.split()))
    assert "rezoning new FOLDER --district 5103000" in out


def test_every_item_says_what_for_and_what_without(call):
    record = json.loads(call("new", "--list", "5103000", "--json")[1])
    assert all(item["why"] and item["without"] and item["files"] and item["page"] for item in record["items"])
    assert record["state"] == "Virginia"


def test_a_lost_zero_is_restored(call):
    code, out, _ = call("new", "--list", "103000")
    assert code == 0
    assert "district 0103000 (Alabama)" in out
    assert "The zero that was lost in front of 103000 is restored" in " ".join(out.split())


@pytest.mark.parametrize("wrong", ["51030", "51030001", "abcdefg", "0300000", "510300012345", "030000", ""])
def test_wrong_ids_are_refused(wrong, call):
    with pytest.raises(AnswerError):
        leaid_of(wrong)
    code, out, err = call("new", f"--list={wrong}")
    assert (code, out) == (2, "")
    assert "usage" in err


def test_states_are_those_of_the_census():
    assert len(STATES) == 56
    assert {usps for usps, _ in STATES.values()} >= PARTED
    assert all(re.fullmatch(r"\d\d", code) and re.fullmatch(r"[A-Z]{2}", usps) for code, (usps, _) in STATES.items())
    assert all(f"tl_2020_{code}_tabblock20.zip" in download_list(f"{code}00001")["items"][0]["files"] for code in STATES)


def test_counties_are_named_once_blocks_and_boundary_are_there(call, tmp_path):
    folder = write_public_folder(tmp_path / "public")
    out = call("new", folder, "--list", LEAID)[1]
    assert "tl_2024_51999_edges.zip" in out
    assert "CCC_edges" not in out
    (folder / "tl_2024_51_unsd.zip").unlink()
    assert "CCC_edges" in call("new", folder, "--list", LEAID)[1]

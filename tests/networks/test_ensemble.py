"""Votes: the rules by hand, the file and back, and every file that is none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from desktopcnn.errors import NetworkError
from desktopcnn.networks import ensemble, weights
from desktopcnn.networks.architecture import Architecture
from desktopcnn.networks.card import Card, read_header
from desktopcnn.networks.ensemble import FORMAT, LARGEST, MOST, RULES, Ensemble, Member, Rule, read
from desktopcnn.networks.layers import Dense, Flatten
from desktopcnn.networks.modules import build

Floats = npt.NDArray[np.float32]
Poll = Callable[..., Path]
DIGEST = "0" * 64


def asked(*members: list[float]) -> Floats:
    """(members, 1, classes), of one picture."""
    return np.array(members, np.float32)[:, None]


# the rules


def test_the_majority_wins_over_the_surer_one() -> None:
    given = asked([0.4, 0.3, 0.3], [0.4, 0.35, 0.25], [0.0, 1.0, 0.0])
    assert ensemble.votes(given).tolist() == [[0], [0], [1]]
    assert ensemble.winners("majority", given).tolist() == [0]
    assert ensemble.winners("mean", given).tolist() == [1]
    assert ensemble.shares(given)[0].tolist() == pytest.approx([0.8 / 3, 1.65 / 3, 0.55 / 3])


def test_a_tie_is_settled_by_the_summed_probability_of_those_that_are_tied() -> None:
    given = asked([0.5, 0.1, 0.4], [0.45, 0.15, 0.4], [0.0, 0.6, 0.4], [0.0, 0.55, 0.45])
    assert given.sum(0)[0].argmax() == 2, "nobody votes for it"
    assert ensemble.winners("majority", given).tolist() == [1]


def test_one_vote_each_is_a_tie_of_all() -> None:
    given = asked([0.4, 0.3, 0.3], [0.1, 0.5, 0.4], [0.1, 0.1, 0.8])
    assert ensemble.winners("majority", given).tolist() == [2]


def test_of_equals_the_first_class_wins() -> None:
    given = asked([0.5, 0.5], [0.5, 0.5])
    assert [ensemble.winners(rule, given).tolist() for rule in RULES] == [[0], [0]]


def test_each_picture_is_voted_on_by_itself() -> None:
    one, other = asked([0.9, 0.1], [0.4, 0.6], [0.7, 0.3]), asked([0.2, 0.8], [0.3, 0.7], [0.6, 0.4])
    both = np.concatenate([one, other], 1)
    assert ensemble.winners("majority", both).tolist() == [0, 1]
    assert ensemble.shares(both).shape == (2, 2)


PROBABILITIES = arrays(np.float32, (5, 3, 4), elements=st.floats(0, 1, width=32))


@given(PROBABILITIES, st.permutations(range(5)))
@settings(deadline=None)
def test_the_order_of_the_members_changes_nothing(given: Floats, order: list[int]) -> None:
    for rule in RULES:
        assert np.array_equal(ensemble.winners(rule, given), ensemble.winners(rule, given[order]))
    assert np.array_equal(ensemble.shares(given), ensemble.shares(given[order]))


@given(PROBABILITIES)
@settings(deadline=None)
def test_more_than_half_of_the_votes_win(given: Floats) -> None:
    for voted, winner in zip(ensemble.votes(given).T, ensemble.winners("majority", given), strict=True):
        counts = np.bincount(voted, minlength=4)
        assert counts[winner] == counts.max()


# the file


@pytest.mark.parametrize("rule", RULES)
def test_round_trip(rule: Rule, poll: Poll, tmp_path: Path) -> None:
    written, members = read(poll(tmp_path / "一 vote.json", (7, 7, 1), rule))
    assert Ensemble.from_json(written.to_json()) == written
    assert (written.rule, written.title, written.classes) == (rule, "A poll", tuple("0123456789"))
    assert written.metrics == {"test_accuracy": 0.125, "test_errors": 8750}
    assert [path.name for path, _ in members] == [f"一 vote-{number}.safetensors" for number in (1, 2, 3)]
    assert [card.title for _, card in members] == ["Number 1", "Number 2", "Number 3"]


def altered(path: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")
    return path


def named(file: object) -> Callable[[dict[str, Any]], Any]:
    """A change: the second member is that file."""
    return lambda data: data["members"][1].update(file=file)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.update(format="desktopcnn-vote/2"), "whose format is 'desktopcnn-vote/1'"),
        (lambda d: d.pop("format"), "whose format is"),
        (lambda d: d.pop("title"), "its title is missing"),
        (lambda d: d.update(title=3), "its title must be text"),
        (lambda d: d.update(rule="best"), "its rule is 'best', not one of majority, mean"),
        (lambda d: d.update(rule=["majority"]), "its rule must be text"),
        (lambda d: d.update(classes="0123456789"), "its classes must be a list"),
        (lambda d: d.update(classes=list(range(10))), "class names are not a list of names"),
        (lambda d: d.update(classes=list("abcdefghij")), "member .*-1.safetensors has other classes"),
        (lambda d: d.update(classes=[]), "has other classes"),
        (lambda d: d.update(metrics=[]), "its metrics must be a JSON object"),
        (lambda d: d.update(members={}), "its members must be a list"),
        (lambda d: d.update(members=[1, 2]), "not a list of JSON objects"),
        (lambda d: d.update(members=[]), "it has 0 members; a vote has 2 to 99"),
        (lambda d: d["members"].pop(), "it has 1 members; a vote has 2 to 99"),
        (lambda d: d.update(members=d["members"] * 50), "it has 100 members"),
        (lambda d: d.update(members=d["members"][:1] * 2), "is there more than once"),
        (lambda d: d["members"][0].pop("file"), "a member's file is missing"),
        (lambda d: d["members"][0].update(sha256=7), "its sha256 must be text"),
        (lambda d: d["members"][0].update(sha256="x"), "is not a SHA-256"),
        (lambda d: d["members"][0].update(sha256=DIGEST), "its checksum is not the one stated"),
        (named("members/none.safetensors"), "No such file"),
        (named(7), "a member's file must be text"),
        *[
            (named(name), "is not the name of a .safetensors file in its folder")
            for name in (
                "", "/etc/passwd", "/a.safetensors", "../a.safetensors", "members/../../a.safetensors",
                "a/./b.safetensors", "a//b.safetensors", "C:/a.safetensors", "a\\b.safetensors", "a.json",
                "a\0.safetensors", ".safetensors/", "x" * 5000,
            )
        ],
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_one_sentence(
    change: Callable[[dict[str, Any]], Any], says: str, poll: Poll, tmp_path: Path
) -> None:
    path = altered(poll(tmp_path / "v.json", (1, 2), "mean"), change)
    with pytest.raises(NetworkError, match=says) as raised:
        read(path)
    text = str(raised.value)
    assert text.startswith(f"{path} cannot be used: ")
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) < 400


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is not JSON"), (b"[]", "not a JSON object"), (b"7", "not a JSON object"),
        (b"\xff\xfe", "it is not text"), (b"[" * 100_000, "it is not JSON"),
        (b'{"format": NaN}', "NaN is no number"),
        (b"{" + b" " * LARGEST + b"}", "bytes are too many for a vote"),
        (b'{"format": 1' + b"0" * 5000 + b"}", "it is not JSON"),
    ],
)  # fmt: skip
def test_what_is_no_such_json_is_refused(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "v.json"
    path.write_bytes(content)
    with pytest.raises(NetworkError, match=says):
        read(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"none\.json cannot be read: No such file"):
        read(tmp_path / "none.json")
    with pytest.raises(NetworkError, match="cannot be read: Is a directory"):
        read(tmp_path)


def test_members_take_pictures_of_one_shape(poll: Poll, tmp_path: Path) -> None:
    path = poll(tmp_path / "v.json", (1, 2), "mean")
    other = Architecture("wide", "Wide", (1, 28, 30), (Flatten(), Dense(10)))
    file = tmp_path / "members" / "wide.safetensors"
    weights.save(file, build(other), Card("Wide", other, tuple("0123456789")))
    digest = read_header(file).metadata["sha256"]
    altered(path, lambda d: d["members"][1].update(file="members/wide.safetensors", sha256=digest))
    with pytest.raises(
        NetworkError, match=r"wide\.safetensors takes pictures of another shape than the first"
    ):
        read(path)


def test_a_link_does_not_lead_out_of_the_folder(poll: Poll, tmp_path: Path) -> None:
    path = poll(tmp_path / "inside" / "v.json", (1, 2), "mean")
    member = tmp_path / "inside" / "members" / "v-2.safetensors"
    member.rename(tmp_path / "outside.safetensors")
    member.symlink_to(tmp_path / "outside.safetensors")
    with pytest.raises(NetworkError, match="is a link that leads out of its folder"):
        read(path)


def test_a_member_that_was_replaced_is_noticed(poll: Poll, tmp_path: Path) -> None:
    path = poll(tmp_path / "v.json", (1, 2), "mean")
    before = path.read_bytes()
    poll(path, (1, 3), "mean")
    read(path)
    path.write_bytes(before)
    with pytest.raises(NetworkError, match=r"v-2\.safetensors is another one"):
        read(path)


def test_as_many_members_as_may_be() -> None:
    members = [Member(f"{number}.safetensors", DIGEST) for number in range(MOST + 1)]
    assert len(Ensemble("x", ("a",), "mean", tuple(members[:MOST])).members) == MOST
    with pytest.raises(NetworkError, match="it has 100 members"):
        Ensemble("x", ("a",), "mean", tuple(members))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("format", "title", "classes", "rule", "members", "metrics")


@given(st.dictionaries(st.sampled_from(KEYS), JSON), st.booleans(), st.lists(JSON, max_size=3))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_arbitrary_contents_are_read_or_refused(
    tmp_path: Path, changes: dict[str, Any], listed: bool, members: list[Any]
) -> None:
    """Whatever stands in it: no member exists, so that nothing is read; and nothing but `NetworkError`."""
    path = tmp_path / "some.json"
    sound = [{"file": f"{n}.safetensors", "sha256": DIGEST} for n in (1, 2)]
    data = {
        "format": FORMAT, "title": "x", "classes": ["a"], "rule": "mean", "members": sound, "metrics": {}
    } | changes  # fmt: skip
    if listed:
        data["members"] = [{"file": member, "sha256": DIGEST} for member in members]
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(NetworkError, match=r"some\.json"):
        read(path)

"""The object sets that measure a generator of i-CLEVR."""

from __future__ import annotations

from collections import Counter

from train.data.iclevr import OBJECTS, TESTED, allowed, among, multi_hot, possible, scored_sets, unseen


def test_there_are_2324_sets_of_one_to_three_objects():
    assert Counter(map(len, possible())) == {1: 24, 2: 276, 3: 2024}
    assert len(set(possible())) == 2324


def test_two_hundred_sets_are_unseen_by_size_in_proportion_and_always_the_same():
    found = unseen()
    assert len(set(found)) == 200 and Counter(map(len, found)) == {1: 2, 2: 24, 3: 174}
    assert found == unseen.__wrapped__() and set(found) != set(unseen(seed=1))


def test_no_set_that_the_course_scores_is_unseen():
    assert len(TESTED) == 33 and Counter(map(len, TESTED)) == {1: 7, 2: 12, 3: 14}
    assert not set(scored_sets()) & set(unseen())
    assert [OBJECTS[i] for i in sorted(scored_sets()[9])] == ["red cube", "brown sphere", "red cylinder"]


def test_the_objects_are_numbered_as_the_course_does():
    assert (OBJECTS[0], OBJECTS[6], OBJECTS[15], OBJECTS[23]) == ("gray cube", "cyan cube", "yellow sphere", "yellow cylinder")


def test_a_generator_learns_from_no_picture_of_an_unseen_set():
    labels = multi_hot([unseen()[0], frozenset({0}), unseen()[150], unseen()[0] | {23}])
    assert among(labels, unseen()).tolist() == [True, False, True, unseen()[0] | {23} in unseen()]
    assert allowed(labels).tolist() == [1, 3]

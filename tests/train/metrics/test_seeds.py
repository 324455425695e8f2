import ast
from itertools import pairwise
from pathlib import Path

from train.metrics import seeds

TRAIN = Path(seeds.__file__).parents[1]


def test_no_two_purposes_share_a_seed():
    for purposes in (seeds.NOISE, seeds.ROWS):
        assert len(set(purposes.values())) == len(purposes)


def test_pictures_with_seeds_of_their_own_reach_no_other_purpose():
    ordered = sorted(seeds.NOISE.values())
    assert all(after - before >= seeds.MOST for before, after in pairwise(ordered))
    assert max(seeds.OBEDIENCE_SEEDS) - min(seeds.OBEDIENCE_SEEDS) < seeds.MOST


def test_every_seed_has_its_purpose_in_one_file():
    constants = {name for name in vars(seeds) if name.endswith(("_SEED", "_SEEDS"))}
    known = [*seeds.NOISE.values(), *seeds.ROWS.values()]
    assert len(constants) == len(known)
    for path in TRAIN.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())) if path != Path(seeds.__file__) else ():
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                assert not node.id.endswith(("_SEED", "_SEEDS")), f"{path.relative_to(TRAIN)}: {node.id} belongs into metrics/seeds.py"

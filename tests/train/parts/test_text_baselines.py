import torch

from train.parts.teacher import Teacher
from train.parts.text_baselines import ALPHABET, CharacterText, TeacherText


def test_the_teacher_reads_a_sentence_alike_alone_and_among_longer_ones():
    teacher = Teacher()
    sentences = ["a red bird", "this bird has a long yellow bill and streaked brown wings", "a blue bird"]
    together = teacher(sentences)
    assert torch.allclose(together.norm(dim=1), torch.ones(3), atol=1e-5)
    for vector, sentence in zip(together, sentences, strict=True):
        assert torch.allclose(vector, teacher([sentence])[0], atol=1e-4)
    assert 0.5 < (together[0] @ together[2]).item() < 0.95
    assert "bird" in teacher.words() and all(word.isalpha() for word in teacher.words())


def test_the_teacher_is_neither_trained_nor_saved():
    model = TeacherText()
    assert set(model.state_dict()) == {"layers.0.weight", "layers.0.bias", "layers.2.weight", "layers.2.bias"}
    assert model.understand(["a red bird", "grass"]).norm(dim=1).allclose(torch.tensor(16.0))


def test_letters_are_numbered_and_signs_that_are_none_are_zero():
    model = CharacterText(length=8)
    assert model.tokens(["Ab é!", "x" * 20]).tolist() == [
        [1, 2, len(ALPHABET), 0, ALPHABET.index("!") + 1, 0, 0, 0],
        [24] * 8,
    ]


def test_the_character_encoder_reads_any_sentence():
    found = CharacterText(text_size=8, width=12).understand(["", "a red bird", "红 🐦" * 300])
    assert found.shape == (3, 8) and found.isfinite().all()

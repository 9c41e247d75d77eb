"""Languages by script and frequent words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard.languages import languages_of
from hostile import TEXT


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("<p>The plums are late &amp; this is a pity</p>", "English"),
        ("Ich habe das auch versucht, und es ist nicht schwer", "German"),
        ("Les prunes sont mûres et je vous remercie pour les conseils", "French"),
        ("Las ciruelas están muy buenas, pero el árbol es viejo", "Spanish"),
        ("As ameixas não estão maduras, mas você tem muito tempo", "Portuguese"),
        ("Le prugne non sono mature, ma anche questo è bello", "Italian"),
        ("De pruimen zijn niet rijp, maar het is een mooi jaar", "Dutch"),
        ("Plommonen är inte mogna och det är jag som väntar", "Swedish"),
        ("Śliwki nie są jeszcze dojrzałe, ale to się zmieni", "Polish"),
        ("Švestky nejsou zralé, ale už se na ně těším, že jo", "Czech"),
        ("Buah ini tidak matang, dan saya ada yang lain", "Indonesian"),
        ("Erikler çok güzel ama bu yıl için bir sorun var", "Turkish"),
        ("Mận của em không chín và có một cây này", "Vietnamese"),
        ("http://que.example/para/que/para www.com.example/do/que", "no letters"),
        ("это слива", "Cyrillic"), ("你好吗", "Han"), ("مرحبا", "Arabic"), ("Wow!", "Latin script"),
        ("", "no letters"), ("12 !", "no letters"), ("\ud800", "no letters"),
    ],
)  # fmt: skip
def test_a_sentence_is_told_by_its_words_or_its_script(text: str, language: str) -> None:
    assert languages_of([text, "x"])[0] == language


@given(st.lists(TEXT, max_size=5))
def test_any_texts_have_a_language_each_whatever_stands_beside_them(texts: list[str]) -> None:
    assert languages_of(texts) == [languages_of([text])[0] for text in texts]

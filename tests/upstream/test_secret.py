"""Secrets don't print, don't pickle, and are told apart."""

import copy
import json
import pickle

import msgspec
import pytest

from upstream.secret import Password, Secret


@pytest.mark.parametrize("kind", [Secret, Password])
def test_it_prints_as_dots(kind: type[Secret]) -> None:
    value = kind("hunter2")
    shown = [repr(value), str(value), f"{value}", f"{value!r:>40}", "{:>40}".format(value), "%s" % value]  # noqa: UP032, UP031 - each way of formatting
    shown.append(repr({"k": [value]}))
    assert not any("hunter2" in text for text in shown)
    assert value.reveal() == "hunter2"


def test_it_is_not_serialized_by_accident() -> None:
    for serialize in (pickle.dumps, json.dumps, msgspec.json.encode, copy.deepcopy):
        with pytest.raises((TypeError, NotImplementedError)):
            serialize(Secret("hunter2"))


def test_equality() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a")
    assert not Secret("")


def test_md5_is_what_the_document_shows() -> None:
    assert Password("123456").md5() == Secret("e10adc3949ba59abbe56e057f20f883e")
    assert Password("密码🔑").md5().reveal() == "3314b78151154a67f0c587e4e0be2fe4"

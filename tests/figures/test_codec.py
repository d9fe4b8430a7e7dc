"""Results of compute are restored unchanged; values that cannot be cached are named."""

import math

import numpy as np
import pytest

from hortus.figures.sandbox.codec import decode, encode


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"a": [1, 2.5, "é", None, True, (3, [4])]}, id="plain"),
        pytest.param({"a": {1: "x", (2, 3): "y"}}, id="keys"),
        pytest.param({"a": [math.inf, -math.inf, 1e-320, 2**80, 1 + 2j]}, id="numbers"),
        pytest.param({}, id="nothing"),
    ],
)
def test_values_come_back(value):
    assert value == decode(encode(value))


@pytest.mark.parametrize(
    "array",
    [
        pytest.param(np.arange(6).reshape(2, 3), id="plain"),
        pytest.param(np.asfortranarray(np.arange(6.0).reshape(2, 3)), id="columns first"),
        pytest.param(np.arange(10)[::3], id="strided"),
        pytest.param(np.array(3.0, dtype=np.float16), id="no dimension"),
        pytest.param(np.zeros((0, 4)), id="empty"),
        pytest.param(np.array(["a", "bcd"]), id="words"),
        pytest.param(np.array([True, False]), id="truths"),
        pytest.param(np.array([np.nan, -0.0]), id="nan"),
    ],
)
def test_arrays_come_back(array):
    """Type, shape and every bit; the same array gives the same bytes."""
    (back,) = decode(encode({"a": array})).values()

    assert (array.dtype, array.shape, array.tobytes()) == (back.dtype, back.shape, back.tobytes())
    assert encode({"a": array}) == encode({"a": back})


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param({"a": {1, 2}}, "result['a'] is a set", id="set"),
        pytest.param({"a": [0, {"b": object()}]}, "result['a'][1]['b'] is a object", id="object"),
        pytest.param({"a": np.array([{}])}, "result['a'] is an array of objects", id="array of objects"),
        pytest.param({"a": {None: 1}}, "result['a'] has the key None", id="key"),
    ],
)
def test_what_cannot_be_kept_is_named(value, words):
    with pytest.raises(TypeError) as error:
        encode(value)

    assert words in str(error.value)

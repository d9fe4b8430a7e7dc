"""Depth and noise.

Turn the depth of the network and the noise in its data. Each picture is another network with hidden layers
of 16, trained for 30 epochs on 600 points of three spiral arms that are scattered as far as the noise says
(in radians along the spiral), and tested on the 300 points shown; those it gets wrong are ringed. Colours
and hairlines are those of [[Decision Regions]]: exact regions, faint where another class is at least a ninth
as likely, cut by the network's cells.
"""

from matplotlib.figure import Figure

from _spirals import RIGHT, TOP, check_regions, draw_points, draw_regions, forward, grid, regions, train

ALT = (
    "Regions of three classes with straight-sided borders, by a network with {layers}, and points "
    "on spiral arms with a noise of {noise}. {percent:.1f} % of the points lie in their own region."
)
DIALS = {"depth": [1, 2, 3], "noise": [0.1, 0.25, 0.5]}
WIDTH = 16
EPOCHS = 30


def compute(*, depth=2, noise=0.25, seed=0):
    points, arm, history = train(WIDTH, depth, noise, EPOCHS, seed)
    layers, predicted = history[-1]
    frame = {"layers": layers, "predicted": predicted} | regions(layers)
    return {
        "layers": "one hidden layer" if depth == 1 else f"{depth} hidden layers",
        "noise": noise,
        "percent": round(100 * (predicted == arm).double().mean().item(), 1),
        "cells": len(frame["pieces"]),
        "points": points,
        "arm": arm,
        "frame": frame,
    }


def draw(result, theme):
    fig = Figure(figsize=(5.6, 4.4))
    ax = fig.subplots()
    ax.set(xlim=(-RIGHT, RIGHT), ylim=(-TOP, TOP), aspect="equal", xticks=(), yticks=())
    ax.axis("off")
    ax.set_title(f"{result['percent']:.1f} % right, {result['cells']} cells", loc="left")
    draw_regions(ax, result["frame"], theme)
    draw_points(ax, result["points"], result["arm"], result["frame"]["predicted"], theme)
    return fig


def check(result):
    """In each linear region the logits are affine (Montúfar et al. 2014), so classes tie on lines.

    On a grid, the class of the part a point lies in is the network's own argmax.
    """
    check_regions(result["frame"], grid())
    right = forward(result["frame"]["layers"], result["points"]).argmax(axis=1) == result["arm"]
    assert round(100 * right.mean(), 1) == result["percent"]

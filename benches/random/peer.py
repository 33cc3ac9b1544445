"""VEGAS+ of the Python package vegas on the integrals of a file: a line for each run."""

import sys
import time

import gvar
import numpy
import vegas

CASES, SEEDS, NEVAL, ROUNDS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])

for number, line in enumerate(open(CASES, encoding="utf-8")):
    dimension, formula = line.rstrip("\n").split("\t")
    scope = {"numpy": numpy, "erf": None}
    try:
        from scipy.special import erf
        scope["erf"] = erf
    except ImportError:
        pass
    f = vegas.rbatchintegrand(eval("lambda x: " + formula, scope))
    for seed in range(SEEDS):
        gvar.ranseed(1 + seed)
        integrator = vegas.Integrator(int(dimension) * [[0, 1]])
        begin = time.perf_counter()
        # As its manual has it: rounds to learn, which are discarded, and rounds that count.
        learned = integrator(f, nitn=ROUNDS, neval=NEVAL)
        result = integrator(f, nitn=ROUNDS, neval=NEVAL)
        seconds = time.perf_counter() - begin
        evaluations = learned.sum_neval + result.sum_neval
        print(number, evaluations, seconds, float(result.mean), float(result.sdev), sep="\t", flush=True)

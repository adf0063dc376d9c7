"""Solvers selectable by name, each behind the same arrays.

`session` defines the interface of a solver, `by_name` lists the solvers and calls one, and each has a module that translates arrays,
limits, statuses and signs of duals. The dual of a row is the cost of one more unit of its right-hand side, as in HiGHS.
"""

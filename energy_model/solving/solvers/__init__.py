"""Solvers that the planner may ask for by name, each behind the same arrays.

`session` says what a solver must do, `by_name` knows which there are and asks one, and each has a module that puts arrays, limits,
statuses and signs of duals into its words.  A row's dual is the cost of one more unit of its right side, as HiGHS has it.
"""

"""An interior point method that knows that an LP is many copies of one block.

`structure` finds the blocks in the arrays, `ordering` analyses one of each kind, `kernels` and `vectors` are the compiled loops, `border`
is what remains when the blocks are eliminated, `newton` the system of one iteration, `iterate` the point and its step, `method` the
iterations.
"""

"""Hourly dispatch and expansion planning of Tongliao's power system."""

import os

# Threads are ours (solving/interior_point/threads.py) and the workers'; those of BLAS would only wait for each other on our small matrices,
# at four times the processor time where the cores have other work too.  Read when numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

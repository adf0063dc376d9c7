"""Read and check the inputs of a study; turn them into the model's index tables."""

import pandas as pd

# Our tables are small and read cell by cell: there Python's own strings take a third less time than Arrow's.
pd.set_option("mode.string_storage", "python")

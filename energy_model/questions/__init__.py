"""Questions asked of a finished plan or of many: the order of the steps of each, no equations."""

"""Read and check the inputs of a study; turn them into the model's index tables."""

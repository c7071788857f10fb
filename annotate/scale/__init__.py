"""The same functions over archives: pure functions of batches, driven by local processes or by Daft."""

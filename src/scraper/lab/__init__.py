"""Labels, training, evaluation and benchmarks of the extractor."""

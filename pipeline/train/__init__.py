"""Everything that makes models/ and the derived seeds; needs the extra `train` and data given as arguments; imported by nothing else."""

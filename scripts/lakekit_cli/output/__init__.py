"""Console output and report files."""

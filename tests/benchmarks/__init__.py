"""Benchmarks of the project (make bench); never run as tests."""

"""Coverage-guided fuzzing of the statement readers (needs atheris); a crash found becomes a test case."""

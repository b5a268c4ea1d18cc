"""How numbers and dates are written, where it is not as Django has it (FORMAT_MODULE_PATH)."""

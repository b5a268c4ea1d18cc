"""What regulators must see: found, drafted, checked, filed, tracked."""

"""Model → live suggestions, by Label Studio's ML-backend protocol."""

"""numbers → one self-contained HTML page: no remote asset, light and dark, colours that colour-blind readers tell apart."""

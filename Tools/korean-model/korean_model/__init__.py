"""Makes koquant's bundled Korean sentence encoder from multilingual-e5-small."""

"""What leaves the platform: the brief, published tables, uploads, call lists."""

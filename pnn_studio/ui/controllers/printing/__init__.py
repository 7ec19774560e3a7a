"""What is printed of designs: prints, their yields, and printable values."""

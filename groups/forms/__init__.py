"""What is typed about groups and who is in them."""

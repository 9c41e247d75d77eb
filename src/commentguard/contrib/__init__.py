"""What other software takes in; each folder needs an extra of its own."""

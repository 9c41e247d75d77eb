"""What is written of comments and verdicts: tables for people, JSON Lines and CSV for programs."""

"""What the classifier sees of a comment: hashed n-grams, named signals, relevance to post and thread."""

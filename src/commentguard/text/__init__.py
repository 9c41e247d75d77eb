"""Pure steps on text: HTML to plain text, code points and folding, words and their hashes, addresses."""

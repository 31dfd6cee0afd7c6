"""All that is written to the data folder, and its reading."""

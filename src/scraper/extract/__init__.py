"""From a page to an article: pure, without clock, network or files."""

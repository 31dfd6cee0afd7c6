"""From an article to a clean one, or to the reason why not: pure."""

"""From addresses to pages: the only asynchronous room."""

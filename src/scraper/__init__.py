"""News scraping and text extraction: from a list of sites to clean Parquet rows."""

"""The only writers, one file or folder a business; a desk function is one verb, one transaction, one record."""

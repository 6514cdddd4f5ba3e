"""Which papers a claim needs, and whether what is typed from an invoice agrees with itself."""

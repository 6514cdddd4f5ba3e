"""Claims: reported, accepted, reviewed, calculated, decided, agreed, paid, closed: a verb, a transaction, a record."""

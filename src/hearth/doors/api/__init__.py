"""The JSON interface at /api/v1, for insurers, brokers and hospitals (docs/api.md)."""

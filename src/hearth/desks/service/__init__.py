"""Service: what people are told, and that it reached them."""

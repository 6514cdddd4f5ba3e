"""The ground floor: nouns, units, codes and their words, and no behaviour beyond them."""

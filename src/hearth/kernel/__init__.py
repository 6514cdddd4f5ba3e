"""Pure decisions: plain values and arrays in, plain values and arrays out."""

"""What runs of print on a paper say: fields by labels, lines by columns, and what proves or contradicts them."""

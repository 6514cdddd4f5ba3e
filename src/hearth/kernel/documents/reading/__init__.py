"""What runs of print on a paper say: fields by their labels, lines by their columns, and what proves or contradicts them."""

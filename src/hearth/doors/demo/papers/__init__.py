"""Papers: made-up medical papers as pictures, each with its truth; drawn to tune and test reading, never to be used.

Every one of them says in small print that it is made up.  The form of the truth is in docs/papers.md.
"""

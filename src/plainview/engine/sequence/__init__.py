"""What comes next in a person's sequence of items: a closed-form linear model, a sequence encoder, and both together.

A library of arrays, to be read in this order: reading, evaluating, linear_next, encoder, fitting, blending.
"""

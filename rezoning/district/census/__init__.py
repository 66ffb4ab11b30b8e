"""Files of the Census Bureau and of NCES in their own layouts: told by their columns, and read without summing what is not known."""

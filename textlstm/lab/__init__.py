"""What is claimed of recurrent cells, made visible: gradients through time, long memory, cost.

Each module is imported by its name; importing the package imports nothing.
"""

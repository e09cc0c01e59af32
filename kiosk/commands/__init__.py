"""The technician's and the psychometrician's commands, one group a file.

Each parses its arguments, calls a room that does the work, and reports: to a person, or as JSON. No rule of
the product stands here.
"""

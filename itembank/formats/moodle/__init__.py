"""Moodle's question formats: GIFT (text) and Moodle XML.

Both are read into `question.Question`; `as_qti.py` makes a `QtiItem` of it, which is how an imported question is
kept, scored and converted; `from_item.py` goes from our items to questions.
"""

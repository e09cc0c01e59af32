"""The spreadsheet's engine: formulas in French or English, French notation, errors as values.

The promise: any text a person may type gives a value in bounded time and memory; only `parse` raises, and only
`FormulaSyntaxFault`. It knows nothing of tasks, goals or screens.

Open first: `sheet.py` (inputs -> values and what is shown), then, as a formula goes: `lexer.py` (with the rule for
commas), `parser.py` (precedence), `syntax.py` (the tree), `evaluator.py`, `operators.py`, then the functions:
`functions.py` (numbers, dates, truth), `texts.py`, `searches.py`, `conditional.py` with `criteria.py`. `notation.py` is how
numbers are read and shown, `dates.py` how days are counted, `patterns.py` the formats of TEXTE, `vocabulary.py` the functions'
names, `shifting.py` what copying does to references.
"""

from itembank.tasks.formula.parser import parse
from itembank.tasks.formula.sheet import Sheet, is_formula, read_input
from itembank.tasks.formula.shifting import shifted
from itembank.tasks.formula.syntax import FormulaSyntaxFault
from itembank.tasks.formula.values import ErrorValue, Scalar

__all__ = [
    "ErrorValue",
    "FormulaSyntaxFault",
    "Scalar",
    "Sheet",
    "is_formula",
    "parse",
    "read_input",
    "shifted",
]

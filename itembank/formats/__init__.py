"""Items from and for other programs: QTI 2.x and 3.0, GIFT, Moodle XML.

Promises: what a text terminal cannot show is refused by name, with file, line and reason, never guessed; a package is
read without being unpacked, and no document reaches outside itself; what is written can be read back with the same
meaning. Start with `importing.py` (any format -> `Imported` and `Refusal`), then `qti/model.py`, which is the common
home of imported items, and `qti/runtime.py`, which scores them exactly as their response processing says.

`lxml` is needed to read XML (extra `interchange`); it is imported when an XML document is read, not before.
"""

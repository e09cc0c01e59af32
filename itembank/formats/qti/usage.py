"""Item statistics as QTI usage data: a number, its name, what it was measured on.

The standard leaves the names to a glossary that the writer picks; ours stands in `docs/interchange.md`, under `GLOSSARY`.
Source: 1EdTech QTI 2.1 « Metadata and Usage Data », section « Usage Data » (same elements in 3.0).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from itembank.formats.safe_xml import document
from itembank.item import Parameters

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_usagedata_v3p0"
GLOSSARY = "urn:kiosk:item-statistics:1"


@dataclass(frozen=True, slots=True)
class Statistic:
    """A figure, its standard error if known, and where it comes from (`authored`, a calibration's name …)."""

    value: float
    standard_error: float | None = None
    context: str = ""


Statistics = Mapping[str, Statistic]
"""Name in the glossary -> what was measured."""


def statistics_of(parameters: Parameters) -> dict[str, Statistic]:
    """An item's response parameters under their names in the glossary.

    `irt-a`, `irt-b-1` … `irt-b-n` (one threshold a point) and `irt-c`, on the theta metric (mean 0, SD 1).
    """
    context = parameters.origin
    found = {"irt-a": Statistic(parameters.a, parameters.se_a, context)}
    for i, b in enumerate(parameters.b, 1):
        found[f"irt-b-{i}"] = Statistic(b, parameters.se_b, context)
    found["irt-c"] = Statistic(parameters.c, parameters.se_c, context)
    return found


def parameters_of(statistics: Statistics) -> Parameters | None:
    """The parameters that `statistics_of` wrote; None when they are not all there."""
    a, c = statistics.get("irt-a"), statistics.get("irt-c")
    thresholds: list[Statistic] = []
    while (b := statistics.get(f"irt-b-{len(thresholds) + 1}")) is not None:
        thresholds.append(b)
    if a is None or c is None or not thresholds:
        return None
    return Parameters(
        a.value,
        tuple(b.value for b in thresholds),
        c.value,
        a.standard_error or 0.0,
        thresholds[0].standard_error or 0.0,
        c.standard_error or 0.0,
        a.context,
    )


def write_usage(statistics: Mapping[str, Statistics]) -> bytes:
    """A usage data document; item identifier -> its statistics."""
    root = ET.Element("usageData", {"xmlns": NAMESPACE, "glossary": GLOSSARY})
    for identifier, found in statistics.items():
        for name, statistic in found.items():
            attributes = {"name": name, "context": statistic.context}
            if statistic.standard_error is not None:
                attributes["stdError"] = repr(statistic.standard_error)
            element = ET.SubElement(root, "ordinaryStatistic", attributes)
            ET.SubElement(element, "targetObject", {"identifier": identifier})
            ET.SubElement(element, "value").text = repr(statistic.value)
    ET.indent(root)
    return document(root)


def read_usage(root: _Element) -> dict[str, dict[str, Statistic]]:
    """Item identifier -> statistics. What is not one number about one item is left out: nothing depends on it."""
    found: dict[str, dict[str, Statistic]] = {}
    for element in root.iter():
        if not isinstance(element.tag, str) or not element.tag.endswith("ordinaryStatistic"):
            continue
        inside = {str(child.tag).rpartition("}")[2]: child for child in element if isinstance(child.tag, str)}
        target, value = inside.get("targetObject"), inside.get("value")
        if target is None or value is None:
            continue
        number = _number(value.text)
        if number is not None:
            statistic = Statistic(number, _number(element.get("stdError")), element.get("context") or "")
            found.setdefault(target.get("identifier") or "", {})[element.get("name") or ""] = statistic
    return found


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None

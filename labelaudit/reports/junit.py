"""JUnit XML, restricted to what Jenkins' schema and GitLab have in common: Jenkins does not allow ``file``."""

from collections import Counter
from xml.etree import ElementTree

from labelaudit.names import printable
from labelaudit.records import Report
from labelaudit.reports import FORMATS

OF_A_CLASS = ("LA401", "LA405")
"""Rules whose findings say that the labels of a class were not judged."""


@FORMATS.register("junit")
def junit(report: Report) -> str:
    """Return a test for each class and one for each finding, which fails if it counts and is skipped otherwise.

    The test of a class passes if its labels were judged, whatever the findings, and is skipped if they were not, even
    if that was accepted. The number of accepted findings is a property.
    """
    counted, skipped = set(map(id, report.verdict.counted)), _not_judged(report)
    suite = ElementTree.Element("testsuite", name="labelaudit")
    properties = ElementTree.SubElement(suite, "properties")
    for name, count in report.verdict.beside.items():
        ElementTree.SubElement(properties, "property", name=name, value=str(count))
    for name, images in report.classes:
        case = ElementTree.SubElement(suite, "testcase", classname="labelaudit.classes", name=printable(name))
        if name in skipped:
            ElementTree.SubElement(case, "skipped", message=skipped[name])
        ElementTree.SubElement(case, "system-out").text = "1 image" if images == 1 else f"{images:,} images"
    seen: Counter[tuple[str, str]] = Counter()
    for finding in report.findings:
        place, message = printable(report.place(finding.path)), printable(finding.message)
        group = f"labelaudit.{finding.code}-{finding.name}"
        seen[group, place] += 1
        name = place if seen[group, place] == 1 else f"{place} ({seen[group, place]})"  # GitLab drops equal names
        case = ElementTree.SubElement(suite, "testcase", classname=group, name=name)
        if id(finding) in counted:
            kind = f"{finding.code} {finding.name}"
            ElementTree.SubElement(case, "failure", type=kind, message=message).text = f"{kind}: {message}"
        else:
            ElementTree.SubElement(case, "skipped", message=message)
    totals = {"tests": str(len(suite.findall("testcase"))), "failures": str(len(counted)), "errors": "0"}
    suite.attrib.update(totals, skipped=str(len(suite.findall("testcase/skipped"))))
    root = ElementTree.Element("testsuites", {"name": "labelaudit", **totals})
    root.append(suite)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _not_judged(report: Report) -> dict[str, str]:
    """Return why the labels of classes were not judged, safe to print, by the names of the classes."""
    if report.doubt:
        return {name: f"the labels could not be judged: {report.doubt.reason}" for name, _ in report.classes}
    found = (*report.findings, *(finding for finding, _ in report.verdict.accepted))
    return {each.label: printable(each.message) for each in found if each.code in OF_A_CLASS and each.label}

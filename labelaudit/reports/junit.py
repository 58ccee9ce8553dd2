"""JUnit's XML, in what Jenkins' schema and GitLab have in common: there is no ``file`` of a test in the first."""

from collections import Counter
from xml.etree import ElementTree

from labelaudit.names import printable
from labelaudit.records import Report
from labelaudit.reports import FORMATS


@FORMATS.register("junit")
def junit(report: Report) -> str:
    """Return a test for each class, which passes, and one for each finding, which fails if it counts.

    What was accepted before is a number among the properties.
    """
    counted = set(map(id, report.verdict.counted))
    suite = ElementTree.Element("testsuite", name="labelaudit")
    properties = ElementTree.SubElement(suite, "properties")
    for name, count in report.verdict.beside.items():
        ElementTree.SubElement(properties, "property", name=name, value=str(count))
    for name, images in report.classes:
        case = ElementTree.SubElement(suite, "testcase", classname="labelaudit.classes", name=printable(name))
        ElementTree.SubElement(case, "system-out").text = "1 image" if images == 1 else f"{images:,} images"
    seen: Counter[tuple[str, str]] = Counter()
    for finding in report.findings:
        place, message = printable(report.place(finding.path)), printable(finding.message)
        group = f"labelaudit.{finding.code}-{finding.name}"
        seen[group, place] += 1
        name = place if seen[group, place] == 1 else f"{place} ({seen[group, place]})"  # GitLab drops a second
        case = ElementTree.SubElement(suite, "testcase", classname=group, name=name)
        if id(finding) in counted:
            kind = f"{finding.code} {finding.name}"
            ElementTree.SubElement(case, "failure", type=kind, message=message).text = f"{kind}: {message}"
        else:
            ElementTree.SubElement(case, "skipped", message=message)
    totals = {"tests": str(len(suite.findall("testcase"))), "failures": str(len(counted)), "errors": "0"}
    suite.attrib.update(totals, skipped=str(len(report.findings) - len(counted)))
    root = ElementTree.Element("testsuites", {"name": "labelaudit", **totals})
    root.append(suite)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'

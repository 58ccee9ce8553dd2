"""CSV: path, label and given label of the remaining images."""

import csv
import io

from labelaudit.fixes.exports import EXPORTS
from labelaudit.names import label_safe, table_safe
from labelaudit.records import CorrectedLabels


@EXPORTS.register("csv")
def table(corrected: CorrectedLabels) -> str:
    """Return the columns ``path``, ``label`` and ``given``."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("path", "label", "given"))
    for image in corrected.staying:
        writer.writerow((table_safe(image.path), label_safe(image.label), label_safe(image.given)))
    return out.getvalue()

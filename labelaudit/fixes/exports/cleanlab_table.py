"""The table of label issues that cleanlab's ``CleanLearning.get_label_issues`` returns, as CSV with the paths."""

import csv
import io

from labelaudit.fixes.exports import EXPORTS
from labelaudit.names import label_safe, table_safe
from labelaudit.records import CorrectedLabels

COLUMNS = ("path", "is_label_issue", "label_quality", "given_label", "predicted_label")


@EXPORTS.register("cleanlab")
def cleanlab_table(corrected: CorrectedLabels) -> str:
    """Return a row for each label that was judged; in cleanlab a low quality means a label that is probably wrong."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for image in corrected.images:
        if judged := image.judgement:
            labels = label_safe(image.given), label_safe(judged.predicted)
            quality = f"{1 - judged.p_error:.6f}"
            writer.writerow((table_safe(image.path), judged.flagged, quality, *labels))
    return out.getvalue()

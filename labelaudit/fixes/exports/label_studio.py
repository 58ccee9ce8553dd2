"""Tasks for Label Studio: the images that are to be changed, with the new label as a prediction to confirm."""

import json
from urllib.parse import quote

from labelaudit.errors import OutputError
from labelaudit.fixes.exports import EXPORTS
from labelaudit.names import printable
from labelaudit.records import CorrectedLabel, CorrectedLabels

LOCAL_FILES = "/data/local-files/?d="
"""URL at which Label Studio serves the files below its document root."""


@EXPORTS.register("label-studio")
def label_studio(corrected: CorrectedLabels) -> str:
    """Return tasks for a labeling configuration with ``<Image name="image">`` and ``<Choices name="label">``."""
    tasks = [_task(image) for image in corrected.images if image.reason]
    return json.dumps(tasks, indent=1) + "\n"


def _task(image: CorrectedLabel) -> dict[str, object]:
    try:
        address = LOCAL_FILES + quote(image.path)
    except UnicodeEncodeError:
        raise OutputError(
            f"the name {printable(image.path)} is not UTF-8, and Label Studio can't be told it. Rename the file."
        ) from None
    data = {"image": address, "path": image.path, "given": image.given, "reason": image.reason}
    if not image.stays:
        return {"data": data}
    choice = {
        "from_name": "label",
        "to_name": "image",
        "type": "choices",
        "value": {"choices": [image.label]},
    }
    score = {"score": round(image.judgement.p_error, 6)} if image.judgement else {}
    return {"data": data, "predictions": [{"model_version": "labelaudit", **score, "result": [choice]}]}

"""The labels of a ``FiftyOneImageClassificationDataset``, which FiftyOne imports together with the images."""

import json
from pathlib import PurePosixPath

from labelaudit.errors import OutputError
from labelaudit.fixes.exports import EXPORTS
from labelaudit.names import printable
from labelaudit.records import CorrectedLabel, CorrectedLabels


@EXPORTS.register("fiftyone")
def fiftyone(corrected: CorrectedLabels) -> str:
    """Return the classes, and the label of each remaining image by its path without the ending.

    Raises
    ------
    OutputError
        The names of two images differ only in their endings.
    """
    index = {name: number for number, name in enumerate(corrected.classes)}
    labels: dict[str, object] = {}
    for image in corrected.staying:
        name = PurePosixPath(image.path).with_suffix("").as_posix()
        if name in labels:
            raise OutputError(
                f"two images are called {printable(name)} but for the ending, and FiftyOne can't tell them apart. "
                "Rename one, or write --to csv=corrected.csv"
            )
        labels[name] = {"label": index[image.label], "attributes": _attributes(image)}
    return json.dumps({"classes": corrected.classes, "labels": labels}, indent=1) + "\n"


def _attributes(image: CorrectedLabel) -> dict[str, object]:
    changed = {"reason": image.reason} if image.reason else {}
    judged = {"p_error": round(image.judgement.p_error, 6)} if image.judgement else {}
    return {"given": image.given, **changed, **judged}

"""From features and labels to calibrated out-of-sample predictions."""

from labelaudit.engine import one_thread_each
from labelaudit.probabilities.axes import Doubles
from labelaudit.probabilities.embedding import Embedding
from labelaudit.probabilities.given import check_out_of_sample
from labelaudit.probabilities.judge import Judge
from labelaudit.probabilities.strangeness import strangeness
from labelaudit.records import Beliefs, Copies, Dataset, Decided, Observations
from labelaudit.settings import Settings


def out_of_sample(
    dataset: Dataset,
    observed: Observations,
    embedding: Embedding,
    copies: Copies,
    settings: Settings,
    given: Doubles | None = None,
    decided: Decided | None = None,
    *,
    jobs: int = 1,
) -> Beliefs:
    """Judge every label with models that were fitted without the image and its family.

    Parameters are those of :func:`judge_of`.
    """
    judge = judge_of(dataset, observed, embedding, copies, settings, given, decided, jobs=jobs)
    return judge.after(dataset.labels, decided) if decided else judge.as_came


def judge_of(
    dataset: Dataset,
    observed: Observations,
    embedding: Embedding,
    copies: Copies,
    settings: Settings,
    given: Doubles | None = None,
    decided: Decided | None = None,
    *,
    jobs: int = 1,
) -> Judge:
    """Fit the models that judge labels.

    Parameters
    ----------
    dataset
        N images with their labels.
    observed
        Features (N, D) and digests of the images.
    embedding
        The embedding of the images.
    copies
        Which images are related; each family is held out as a whole.
    settings
        Only the seed is used.
    given
        Out-of-sample predicted probabilities (N, K) of the user's own model, which is then one more voter.
    decided
        What was decided about the images, for their labels as they came.
    jobs
        Number of threads; the result does not depend on it.
    """
    labels = decided.given if decided else dataset.labels
    classes, near = len(dataset.classes), embedding.neighbours
    with one_thread_each():
        strange = strangeness(observed.features, observed.blocks[-1], near, labels, classes, jobs=jobs)
        fitted_to = (labels, classes, observed, embedding, copies, settings.seed, strange)
        judge = Judge(*fitted_to, jobs=jobs)
        if given is None:
            return judge
        check_out_of_sample(given, judge.as_came, dataset)
        return Judge(*fitted_to, given, jobs=jobs)

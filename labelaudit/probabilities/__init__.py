"""From features to what a model that never saw an image thinks of its label."""

from labelaudit.probabilities.embedding import Embedding, embed
from labelaudit.probabilities.out_of_sample import out_of_sample

__all__ = ["Embedding", "embed", "out_of_sample"]

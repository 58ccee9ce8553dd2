"""From features and labels to out-of-sample predictions and the probability that each label is wrong."""

from labelaudit.probabilities.axes import Doubles
from labelaudit.probabilities.embedding import Embedding, embed
from labelaudit.probabilities.judge import Judge
from labelaudit.probabilities.one_vs_rest import one_vs_rest
from labelaudit.probabilities.out_of_sample import judge_of, out_of_sample

__all__ = ["Doubles", "Embedding", "Judge", "embed", "judge_of", "one_vs_rest", "out_of_sample"]

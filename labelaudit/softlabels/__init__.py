"""Convert labels and predictions to soft labels for training: one method per file, and one format per file."""

from labelaudit.softlabels.comparison import compare_modes
from labelaudit.softlabels.load import LoadedLabels, load
from labelaudit.softlabels.mode import Known, check_eps, check_votes
from labelaudit.softlabels.modes import MODES, mode_of, needs_beliefs, smooth, soft_labels
from labelaudit.softlabels.votes import read_votes

__all__ = [
    "MODES",
    "Known",
    "LoadedLabels",
    "check_eps",
    "check_votes",
    "compare_modes",
    "load",
    "mode_of",
    "needs_beliefs",
    "read_votes",
    "smooth",
    "soft_labels",
]

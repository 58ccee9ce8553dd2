"""The records that stages exchange, one per file.

All of them are frozen. Arrays are columns: row i of each belongs to image i. N is the number of images, K of classes, D
of features. Scores have one direction: a high ``p_error`` means that a label is probably wrong.
"""

from labelaudit.records.audit import Audit, Evidence
from labelaudit.records.baseline import Acceptance, Accepted, Baseline, Entry
from labelaudit.records.beliefs import Beliefs, believable
from labelaudit.records.changes import Changes
from labelaudit.records.comparison import ClassShare, Comparison, ModeFigures, MovedImage
from labelaudit.records.copies import ORIENTATIONS, Copies, Likeness
from labelaudit.records.corrected import CorrectedLabel, CorrectedLabels, Judgement
from labelaudit.records.count import Count
from labelaudit.records.dataset import Dataset, PassedOver, Repeated
from labelaudit.records.decided import ELSEWHERE, UNKNOWN, Decided, undecided
from labelaudit.records.decisions import Decision, Decisions, Ruling
from labelaudit.records.decisions import Key as DecisionKey
from labelaudit.records.difference import Difference, End, Fixed, Moved
from labelaudit.records.doubt import JUDGEABLE_FROM, Doubt, doubt
from labelaudit.records.fixes import Action, Edit, Fix, FixPlan, LeftAlone, Restored
from labelaudit.records.illustration import Illustration, Size
from labelaudit.records.in_memory import Data, InMemory
from labelaudit.records.multi_beliefs import MultiBeliefs
from labelaudit.records.multi_labels import SEPARATOR, MultiLabels, labels_in
from labelaudit.records.observations import Observations, Skipped
from labelaudit.records.report import ClassNoise, ClassSize, Explanation, Listed, PairNoise, Report, Rule
from labelaudit.records.rounding import to_parts
from labelaudit.records.samples import Estimate, Interval, Sample, Sampled, Stratum
from labelaudit.records.softlabels import BINARY, MILLION, SoftLabels
from labelaudit.records.source import Move, Place, Rewrite, Source
from labelaudit.records.statistics import NO_FRAME, STATISTICS, Statistics
from labelaudit.records.tally import Tally
from labelaudit.records.tracking import Track, silently
from labelaudit.records.trial import BINS, Bin, Trial, together
from labelaudit.records.unchanged import Judged, Readable
from labelaudit.records.verdict import NOT_JUDGED, Limits, Verdict
from labelaudit.records.votes import Annotator, Consensus, Votes

__all__ = [
    "BINARY",
    "BINS",
    "ELSEWHERE",
    "JUDGEABLE_FROM",
    "MILLION",
    "NOT_JUDGED",
    "NO_FRAME",
    "ORIENTATIONS",
    "SEPARATOR",
    "STATISTICS",
    "UNKNOWN",
    "Acceptance",
    "Accepted",
    "Action",
    "Annotator",
    "Audit",
    "Baseline",
    "Beliefs",
    "Bin",
    "Changes",
    "ClassNoise",
    "ClassShare",
    "ClassSize",
    "Comparison",
    "Consensus",
    "Copies",
    "CorrectedLabel",
    "CorrectedLabels",
    "Count",
    "Data",
    "Dataset",
    "Decided",
    "Decision",
    "DecisionKey",
    "Decisions",
    "Difference",
    "Doubt",
    "Edit",
    "End",
    "Entry",
    "Estimate",
    "Evidence",
    "Explanation",
    "Fix",
    "FixPlan",
    "Fixed",
    "Illustration",
    "InMemory",
    "Interval",
    "Judged",
    "Judgement",
    "LeftAlone",
    "Likeness",
    "Limits",
    "Listed",
    "ModeFigures",
    "Move",
    "Moved",
    "MovedImage",
    "MultiBeliefs",
    "MultiLabels",
    "Observations",
    "PairNoise",
    "PassedOver",
    "Place",
    "Readable",
    "Repeated",
    "Report",
    "Restored",
    "Rewrite",
    "Rule",
    "Ruling",
    "Sample",
    "Sampled",
    "Size",
    "Skipped",
    "SoftLabels",
    "Source",
    "Statistics",
    "Stratum",
    "Tally",
    "Track",
    "Trial",
    "Verdict",
    "Votes",
    "believable",
    "doubt",
    "labels_in",
    "silently",
    "to_parts",
    "together",
    "undecided",
]

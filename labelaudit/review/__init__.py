"""The local web page for decisions about labels: a server for the browsers of one user, and the files that it serves.

Apart from ``cli/`` this is the only package that interacts with a user. A browser refers to images by their row in the
data set and never by a path, and requests without the token of the printed address are refused
(:mod:`labelaudit.review.access`).
"""

from labelaudit.review.server import Address, address_of, bind, check_installed, serve
from labelaudit.review.session import Session, Store

__all__ = ["Address", "Session", "Store", "address_of", "bind", "check_installed", "serve"]

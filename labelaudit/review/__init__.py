"""The local page on which a person decides what is right: a server for one person's browsers, and what it serves.

Beside ``cli/`` the only package that communicates with a person. A browser names images by their row in the data set
and never by a path, and is heard only if it knows the token of the printed address (:mod:`labelaudit.review.access`).
"""

from labelaudit.review.server import Address, address_of, bind, check_installed, serve
from labelaudit.review.session import Session, Store

__all__ = ["Address", "Session", "Store", "address_of", "bind", "check_installed", "serve"]

"""Credible annotations about credibility, from news articles to a published dataset and a trained baseline.

::

    articles → suggestions → tasks ⇄ Label Studio → annotations → gold → dataset → baseline → flags
"""

__version__ = "0.1.0"

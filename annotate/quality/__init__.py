"""Annotations → gold, and how far the annotators agree.

::

    mapping        a foreign codebook's labels → ours
    labelled       each article with the submitted annotations that are proved to be of it
    items          what one label is of, and the table of labels: item, annotator, label
    agreement      percent agreement and Krippendorff's alpha, by target
    coincidence    the counts behind both
    bootstrap      intervals over articles
    majority_vote  an aggregator of labels
    clusters       spans of several annotators that overlap under one label
    span_majority  an aggregator of spans and links
    gold           an article with what its annotators agree on
"""

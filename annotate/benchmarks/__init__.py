"""Public corpora → the same arrays as a release → a table beside published results.

::

    corpus       the items of a corpus: sentences in order, labels, documents, cue spans
    conll_wiki   ┐
    szeged       │
    claimbuster  ├ one adapter a corpus: its original files → items
    newssd       │
    polnear      ┘
    sheets       corpora/benchmarks/*.toml: source, licence, sha256 of the files, protocol, published results
    systems      what is trained: arrays → scores of items out of fold, and of new items
    vectors      words that are used alike are near: a corpus's own texts → a vector a sentence
    transfer     the same to a domain that nothing was learnt from
    protocols    nested out-of-fold scores and thresholds; training part → test part
    scores       scores → F1, average precision and their intervals over documents
    result       one row of the table
    registry     name → the run of one benchmark
    display      rows as a person reads them

No text of a corpus is part of the project: the files are read where they lie.
"""

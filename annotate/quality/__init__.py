"""Annotations → gold, and how far the annotators agree.

::

    mapping              a foreign codebook's labels → ours
    labelled             each article with the submitted annotations that are proved to be of it
    assignments          the campaign's plan: which batch and arm an annotation is of
    items                what one label is of, and the table of labels: item, annotator, label
    agreement            all numbers on agreement
    ├ target_agreement     on labels: percent, alpha, Fleiss' kappa, AC1
    ├ annotator_agreement  by pair, by annotator, and without each
    ├ span_agreement       on spans: token by token, as units, exactly, by half
    ├ link_agreement       on links
    ├ slices               within outlets, batches, arms and periods
    ├ suggestions          what became of suggestions; anchoring
    ├ identical_spans      spans marked exactly alike
    └ work                 when and how long
    coincidence          the counts behind alpha; chance: kappas and AC1
    measures             a number with its interval, or why there is none; bootstrap: intervals over articles
    raw_tables           what the numbers are made from, as CSV
    majority_vote        an aggregator of labels; likewise dawid_skene and mace
    span_majority        an aggregator of spans and links; clusters: spans that overlap under one label
    span_posterior       spans by what an aggregator of labels believes
    gold                 an article with what its annotators agree on; model_gold: by their skill
    skills               how well each annotator does
    rulings              an adjudicator's rulings, and gold after them
    migration            annotations under a newer version of the codebook
"""

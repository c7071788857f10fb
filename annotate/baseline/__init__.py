"""Release → model → flags.

::

    items       a release's split as arrays: texts, labels, soft labels, votes, articles
    targets     which of the codebook's targets are learnt, which follow by its rules
    metrics     confusions, average precision, thresholds: of a set and of its resamples
    fit         features and logistic regression on soft labels, by scikit-learn
    folds       folds by article; the settings that out-of-fold scores choose
    train       release folder → model folder

    folder      the model folder: raw arrays and JSON, proved on every read
    ngrams      the features of a text
    linear      texts → log-odds, with numpy alone
    judgement   probabilities → labels and reasons, by the codebook's rules
    suggestion  the patterns' candidate spans as a model sees them
    scorer      Model: texts → probabilities, article → flags or a suggestion

    evaluation  the record of an evaluation
    estimates   metrics with intervals, or the reason why there are none
    assessment  arrays of labels and probabilities → metrics, beside other systems; benchmarks use it too
    controls    what a model must beat
    reference   the TF-IDF reference on parts of a train split: a control, and the learning curve
    ceiling     how far the annotators agree, and the model with them
    slices      the model by outlet, topic, segment, length and agreement
    suspicions  figures too good to be believed, and the leaks behind them
    pairs       minimal pairs: two texts that differ in one thing
    evaluate    model, split → evaluation
    display     flags and evaluations as a person reads them
"""

"""Dataset → model → flags.

::

    items       a release's split as arrays: texts, labels, soft labels, votes, articles, spans
    foreign     any dataset with texts and labels, as items and a small codebook; hub: folders from the Hub
    tables      a folder → a table by `datasets`, within its folder and its size; marked: cue spans in its cells
    targets     which of the codebook's targets are learnt, which follow by its rules

    tokens      texts → tokens → features as whole numbers; word_classes: stem, shape, part of speech
    material    texts → the matrices that pieces are fitted on; surface: what shows at a glance
    solver      linear classifiers on tokens, on texts, on votes
    pieces      n-grams, ratios of n-grams, the tagger, fitted on some texts and scoring others
    combination what the pieces say, put together and calibrated; context
    examples    what is learnt from: texts, votes, cue spans
    stack       examples → out-of-fold probabilities and a predictor, without any folder; decisions: what these decide
    train       dataset → model folder; card: what is said of it
    estimators  two of the pieces as scikit-learn estimators; fit: the plain reference in scikit-learn's own form

    folder      the model folder: raw arrays and JSON, proved on every read; saving: a model → its folder
    ngrams      the n-grams of a text; linear: texts → log-odds, with numpy alone
    tagger      how far each token holds back; cue spans
    predictor   texts → probabilities and cue spans, with numpy alone
    fast        the same in compiled loops: tables by hash, tokens, n-grams, phrases; kernels: the loops
    judgement   probabilities → labels, reasons and abstentions, by the codebook's rules
    suggestion  the patterns' candidate spans as a model sees them
    scorer      Model: article → flags or a suggestion; notebook: the same with pandas; scores: the same for other stages

    metrics     confusions, average precision, thresholds: of a set and of its resamples
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

"""Gold → release: a folder that `datasets.load_dataset` opens, with a card and a manifest.

::

    gold_file        the gold file, proved against its codebook, to be read twice
    near_duplicates  MinHash signatures of texts, and the pairs that read alike
    clusters         articles that may not be parted
    splits           clusters → train, validation, test
    features         a config's columns, for `datasets` and for Arrow
    configs          gold → rows, one config a class: sentences, claims, articles
    tables           rows → Parquet, the same bytes for the same rows
    composition      what is in each split, as counts
    manifest         the record in MANIFEST.json: every data file with its hash, and what it was made from
    front_matter     the metadata at the card's head
    card             counts and codebook → README.md
    folder           a new release takes the place of the old one, whole or not at all
    build            gold file → release
"""

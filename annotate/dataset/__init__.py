"""Gold → release: a folder that `datasets.load_dataset` opens, with a card and a manifest.

::

    choices          how much text is in a release, and what never crosses its splits
    about            what the makers say of it, from release.toml
    licenses         what may be passed on
    gold_file        the gold file, proved against its codebook, to be read twice
    near_duplicates  MinHash signatures of texts, and the pairs that read alike
    clusters         articles that may not be parted
    splits           clusters → train, validation, test
    pins             published assignments, which stay
    division         articles → splits, by outlet, story or time; what would tie two splits is withheld
    features         a config's columns, for `datasets` and for Arrow
    anchors          selectors by which labels find their place again, where there is no text
    texts            rows without the words of their article
    configs          gold → rows, one config a class: sentences, claims, articles, annotations
    tables           rows → Parquet, the same bytes for the same rows
    composition      what is in each split, as counts
    manifest         the record in MANIFEST.json: every file with its hash, and what it was made from
    croissant        the data as machines read them
    documents        licence, citation, guidelines
    checks/          what is wrong with a release, if anything
    results          a baseline's scores, for the card
    front_matter     the metadata at the card's head
    placeholders     what nobody should read in a card
    card             counts and codebook → README.md
    folder           a new release takes the place of the old one, whole or not at all
    build            gold file → release
    hydrate          release without text, and articles → release
    hydrated_papers  its card and metadata
    hub              the Hub's address, the token, and its answers as our errors
    card_rules       what the Hub takes in a card's metadata
    card_merge       a card made again and edited by hand: the edits stay
    publish          a folder of files → one commit on the Hub, and its tag
    release_files    a release's folder as it is published
"""

"""Gold and annotations in the forms of other tools.

::

    marks            one article with its spans and links, as every form is written from it and read into it
    label_studio     JSON array of tasks with the gold as their annotation
    web_annotation   W3C Web Annotation, one annotation a line
    brat             a folder of .txt and .ann files
    spacy            JSON lines with character spans and relations, as spaCy and Prodigy read them
    conll            one token a line, a BIO column a layer
    table            CSV, one span a row
    szeged           XML of the Szeged uncertainty corpora (read only)
"""

"""Articles → a planned campaign: who labels what, with or without suggestions; its rooms, progress and adjudication.

::

    assignments   the plan as a table that people edit
    plan          articles and annotators → assignments
    forecast      a pilot's lead times → hours
    rooms         assignments → projects on the server, one an annotator and arm
    progress      how far everybody came; `page` shows it
    pull          all rooms → one file of annotations
    disagreement  where annotators marked differently, the most contested article first
    adjudication  contested articles → an adjudicator's project → rulings
    rehearsal     exported annotations and settled gold → the same work again, in these rooms
    selection     a model's scores → which articles come next
"""

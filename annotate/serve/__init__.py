"""Model → live suggestions, by Label Studio's ML-backend protocol.

::

    access       who may ask
    hot          the newest model in a folder, loaded again when it changes
    predictions  tasks of Label Studio → predictions
    app          the protocol over HTTP
"""

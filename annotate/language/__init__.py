"""What a text says about itself: hedge cues, sources, claims with their status, and who relays whom.

articles → suggestions. The patterns are data (``schemas/<codebook>/patterns.toml``); nothing here is learnt.
"""

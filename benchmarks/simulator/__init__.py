"""People who watch short videos, as a program: hidden tastes, watch time and feedback at the rates of a real log.

It shares no code with the engine and knows nothing of how the engine sees a taste (a test holds this). Whatever is
called hidden here is never given to a recommender.
"""

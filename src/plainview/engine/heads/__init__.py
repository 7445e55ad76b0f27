"""What a view will lead to: how long it is watched, freed of the video's length, and the chance of each action.

Arrays in, arrays out. `watch` and `actions` are small PyTorch modules on top of any encoder; `calibration`, `worths`
and `sliders` are numpy alone.
"""

"""The sample clips: owns how they are drawn, sounded and encoded, and who is said to have made them."""

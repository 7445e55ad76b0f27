"""The kinds of sample clip, one file each."""

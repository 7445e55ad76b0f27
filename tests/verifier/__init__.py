"""Tests of the verifier, the audit and the witnesses against honest and lying logs."""

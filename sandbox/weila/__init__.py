"""Weila's corp web API (v1), simulated from its document with state: all 34 operations."""

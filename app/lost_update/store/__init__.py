"""Recordings that are kept, and those that come back."""

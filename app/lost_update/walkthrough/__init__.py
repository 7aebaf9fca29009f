"""The walkthrough: the chapters of the subject in order, a step a screen. Its content is data."""

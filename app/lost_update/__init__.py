"""Lost Update: a real race condition, slowly enough to understand it."""

__version__ = "0.1.0"

"""The goals of the page Scheduler: `goals.toml`, and the module that reads it."""

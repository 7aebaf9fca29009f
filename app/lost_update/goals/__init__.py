"""What there is to reach for whoever schedules: `goals.toml`, and the module that reads it."""

"""Nothing to do here: `chassis.migrations` runs the steps itself."""

"""Nothing to do here: `chassis.database.migrations` runs the steps itself."""

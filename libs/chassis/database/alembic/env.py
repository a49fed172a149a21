"""Alembic's environment, empty because `chassis.database.migrations` runs the migrations itself."""

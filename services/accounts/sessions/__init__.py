"""Sessions: login, logout, and the devices they were opened on."""

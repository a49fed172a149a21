"""The chapters of the accounts service: which entrypoints has it?"""
